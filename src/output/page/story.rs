//! What a page tells of migrations, as `status` and the audit have it. Machines get the same.

use serde::Serialize;
use serde_json::{Map, Value};

use super::mask;
use crate::output::MigrationStatus;
use crate::state::{EventStory, Seat, StepStory};

/// All of it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub schema_version: u32,
    /// The server's time.
    pub at: String,
    /// The database.
    pub database: String,
    /// The application's schema.
    pub schema: String,
    /// PostgreSQL's version.
    pub server_version: String,
    /// Every migration.
    pub migrations: Vec<Story>,
    /// The server's time in seconds.
    #[serde(skip)]
    pub epoch: f64,
}

/// A migration.
#[derive(Debug, Serialize)]
pub struct Story {
    /// Where it stands.
    #[serde(flatten)]
    pub status: MigrationStatus,
    /// Whether steps and events below were read.
    #[serde(skip)]
    pub in_full: bool,
    /// Its phases since it was last expanded, in order.
    pub phases: Vec<Passed>,
    /// When it waited, in order.
    pub waits: Vec<Wait>,
    /// Its steps.
    pub steps: Vec<StepTold>,
    /// Its audit.
    pub events: Vec<EventTold>,
}

/// A phase that it was or is in.
#[derive(Debug, Serialize)]
pub struct Passed {
    /// The phase.
    pub phase: String,
    /// When it came there.
    pub at: String,
    /// How long it stayed, or has stayed.
    pub seconds: f64,
    /// It is there still.
    pub now: bool,
    /// When it came there, in seconds since 1970.
    #[serde(skip)]
    pub epoch: f64,
}

/// Batches, or a step, that waited.
#[derive(Debug, Serialize)]
pub struct Wait {
    /// What for.
    pub reason: String,
    /// Until when.
    pub until: String,
    /// How long.
    pub seconds: f64,
    /// Until when, in seconds since 1970.
    #[serde(skip)]
    pub epoch: f64,
}

/// A step.
#[derive(Debug, Serialize)]
pub struct StepTold {
    /// Its id.
    pub id: String,
    /// The part of the plan.
    pub stage: String,
    /// What it does; `null` once the plan is gone.
    pub summary: Option<String>,
    /// The beginning of its SQL, constants masked.
    pub sql: String,
    /// What became of it.
    pub status: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it began.
    pub started_at: Option<String>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// An entry of the audit.
#[derive(Debug, Serialize)]
pub struct EventTold {
    /// When.
    pub at: String,
    /// The role.
    pub actor: String,
    /// The machine.
    pub host: Option<String>,
    /// The release.
    pub release: Option<String>,
    /// What happened.
    pub what: String,
    /// The phase before.
    pub from: Option<String>,
    /// The phase after.
    pub to: Option<String>,
    /// Facts.
    pub detail: Map<String, Value>,
}

impl Report {
    /// Puts together what was read.
    pub fn new(seat: Seat, schema: &str, migrations: Vec<Story>) -> Self {
        let Seat { at, epoch, database, version } = seat;
        let schema = schema.to_owned();
        Self { schema_version: 1, at, database, schema, server_version: version, migrations, epoch }
    }
}

impl Story {
    /// One of which nothing more was read.
    pub fn brief(status: MigrationStatus) -> Self {
        let status = masked(status);
        Self { status, in_full: false, phases: vec![], waits: vec![], steps: vec![], events: vec![] }
    }

    /// One with all that is known of it.
    pub fn in_full(
        status: MigrationStatus,
        now: f64,
        steps: impl Iterator<Item = StepStory>,
        events: Vec<EventStory>,
    ) -> Self {
        let story = Self::brief(status);
        Self {
            in_full: true,
            phases: phases(&story.status, now, since_begun(&events)),
            waits: waits(since_begun(&events)),
            steps: steps.map(step).collect(),
            events: events.into_iter().map(event).collect(),
            ..story
        }
    }
}

/// What others wrote is masked before anybody reads it.
fn masked(mut status: MigrationStatus) -> MigrationStatus {
    status.error = status.error.map(|text| mask::message(&text));
    status.drift = status.drift.iter().map(|text| mask::message(text)).collect();
    for table in &mut status.tables {
        table.throttled_by = table.throttled_by.take().map(|text| mask::message(&text));
    }
    status
}

/// What happened since it was last begun: an attempt that was rolled back is in the audit, and over.
fn since_begun(events: &[EventStory]) -> &[EventStory] {
    let begins = |event: &EventStory| event.what == "phase" && event.to.as_deref() == Some("expanding");
    &events[events.iter().rposition(begins).unwrap_or(0)..]
}

fn phases(status: &MigrationStatus, now: f64, events: &[EventStory]) -> Vec<Passed> {
    let changes: Vec<&EventStory> = events.iter().filter(|event| event.to.is_some()).collect();
    // where nothing is left to come, the last is an end and no phase
    let ends = !status.in_flight && status.kept_until.is_none();
    let passed = changes.iter().enumerate().filter_map(|(at, event)| {
        let next = changes.get(at + 1);
        if next.is_none() && ends && changes.len() > 1 {
            return None;
        }
        Some(Passed {
            phase: event.to.clone().unwrap_or_default(),
            at: event.at.clone(),
            seconds: (next.map_or(now, |next| next.epoch) - event.epoch).max(0.0),
            now: next.is_none(),
            epoch: event.epoch,
        })
    });
    passed.collect()
}

fn waits(events: &[EventStory]) -> Vec<Wait> {
    let wait = |event: &EventStory| {
        let seconds = event.detail["seconds"].as_f64()?;
        let reason = match event.what.as_str() {
            "throttled" | "waited while paused" => mask::message(event.detail["reason"].as_str()?),
            "waited for a lock" => {
                let names: Vec<&str> =
                    event.detail["tables"].as_array()?.iter().filter_map(Value::as_str).collect();
                format!("a lock on {}, {} attempts", names.join(", "), event.detail["attempts"])
            }
            _ => return None,
        };
        Some(Wait { reason, until: event.at.clone(), seconds, epoch: event.epoch })
    };
    events.iter().filter_map(wait).collect()
}

fn step(step: StepStory) -> StepTold {
    StepTold {
        id: step.id,
        stage: step.stage,
        summary: step.summary.map(|text| mask::message(&text)),
        sql: mask::head(&step.sql),
        status: step.status,
        attempts: step.attempts,
        started_at: step.started_at,
        seconds: step.seconds,
        error: step.error.map(|text| mask::message(&text)),
    }
}

/// The facts that pages show. What else an entry holds, statements of sessions for one, stays in the database.
const FACTS: [&str; 14] = [
    "reason",
    "seconds",
    "message",
    "code",
    "condition",
    "found",
    "because",
    "signal",
    "table",
    "tables",
    "attempts",
    "passed",
    "rollback",
    "release",
];

fn event(event: EventStory) -> EventTold {
    let shown = |value: &Value| match value {
        Value::String(text) => mask::message(text).into(),
        other => other.clone(),
    };
    let facts = event.detail.as_object().into_iter().flatten();
    let facts = facts.filter(|(key, _)| FACTS.contains(&key.as_str()));
    EventTold {
        at: event.at,
        actor: event.actor,
        host: event.host,
        release: event.release,
        what: event.what,
        from: event.from,
        to: event.to,
        detail: facts.map(|(key, value)| (key.clone(), shown(value))).collect(),
    }
}
