//! Watches the gates for a while after a deployment, and goes back when they say that it does harm.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::drift::dual_writes_stand;
use super::{Event, Listener, Runner, gates};
use crate::config::{Gate, Settings};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::state::{Phase, Store};

/// How often a runner that is in the way of a rollback is asked to make way.
const ASK_EVERY: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Soak {
    /// How long the gates are watched.
    pub wanted: Duration,
    /// How often they are asked.
    pub every: Duration,
    /// How many times in a row a gate has to say no.
    pub failures: u32,
}

/// What the gates said.
#[derive(Debug)]
pub struct SoakReport {
    /// How long they were watched.
    pub took: Duration,
    /// Each of them.
    pub gates: Vec<GateReport>,
    /// Those that said no too often, and why; none when the soak passed.
    pub closed: Vec<String>,
}

/// What one gate said.
#[derive(Debug, Serialize)]
pub struct GateReport {
    /// Its name.
    pub name: String,
    /// How often it was asked.
    pub asked: u32,
    /// How often it said no.
    pub refused: u32,
    /// How often it has said no since its last yes.
    pub in_a_row: u32,
    /// Why it said no the last time.
    pub why: Option<String>,
}

/// Watches until the time is over or a gate has said no too often. A gate that says no in the end is heard out.
///
/// # Errors
/// When there is nothing to watch any more: exit 1 when somebody rolled back, 20 and 22 when the two sides may differ, 23
/// after contract; exit 30 when the database stays away, exit 130.
pub async fn soak(
    session: &mut Session,
    settings: &Settings,
    id: &str,
    soak: Soak,
    listener: &dyn Listener,
) -> Result<SoakReport> {
    let store = settings.store();
    let mut interrupt = session.interrupt();
    let mut reports: Vec<GateReport> = settings.gates.iter().map(GateReport::new).collect();
    let started = Instant::now();
    let mut lost = 0;
    let mut begun = false;
    loop {
        let doubts = match stands(session, &store, id, begun).await {
            Ok(()) => {
                (lost, begun) = (0, true);
                let asking = ask_all(session, &settings.gates, &mut reports, soak.failures);
                tokio::select! {
                    doubts = asking => doubts,
                    () = interrupt.fired() => {
                        interrupt.check()?;
                        Vec::new()
                    }
                }
            }
            Err(error) if error.kind == Kind::Unreachable && begun && lost + 1 < soak.failures => {
                lost += 1;
                if let Ok(another) = session.sibling().await {
                    *session = another;
                }
                vec![error.message]
            }
            Err(error) => return Err(error),
        };
        let passed = started.elapsed();
        let event = Event::Soaking { migration: id, passed, wanted: soak.wanted, doubts: &doubts };
        listener.event(&event);
        let closed: Vec<String> =
            reports.iter().filter(|gate| gate.in_a_row >= soak.failures).map(GateReport::verdict).collect();
        if !closed.is_empty() || doubts.is_empty() && passed >= soak.wanted {
            listener.event(&Event::Soaked);
            return Ok(SoakReport { took: passed, gates: reports, closed });
        }
        let left = soak.wanted.saturating_sub(passed);
        interrupt.sleep(if doubts.is_empty() { soak.every.min(left) } else { soak.every }).await?;
    }
}

/// Rolls back, however busy midflight is: a backfill that works, or waits for the very gate that says no, is asked to
/// make way.
///
/// # Errors
/// Those of a rollback; exit 12 when nobody makes way within `lock.deadline`.
pub async fn take_back(
    session: &mut Session,
    settings: &Settings,
    id: &str,
    why: &str,
    listener: &dyn Listener,
) -> Result<()> {
    let store = settings.store();
    let started = Instant::now();
    let mut asked_at: Option<Instant> = None;
    let plan = store.record(&mut session.conn, id).await?.and_then(|record| record.plan);
    let schemas = plan.map(|plan| plan.schemas()).unwrap_or_default();
    let mut runner = loop {
        match Runner::start_on(&schemas, session.sibling().await?, settings, None, listener).await {
            Ok(runner) => break runner,
            Err(error) if error.kind == Kind::LeaseHeld && started.elapsed() < settings.lock.deadline.0 => {
                if asked_at.is_none_or(|at| at.elapsed() >= ASK_EVERY) {
                    asked_at = Some(Instant::now());
                    listener.event(&Event::Note(format!("{}; it is asked to make way", error.message)));
                    store.ask_to_make_way(&mut session.conn, id, why).await?;
                }
                session.interrupt().sleep(Duration::from_millis(500)).await?;
            }
            Err(error) => return Err(error),
        }
    };
    let outcome = super::rollback(&mut runner, id).await;
    runner.stop(id, outcome.as_ref().err()).await;
    outcome
}

/// Asks every gate. Gives the reasons for doubt.
async fn ask_all(
    session: &mut Session,
    gates: &[Gate],
    reports: &mut [GateReport],
    failures: u32,
) -> Vec<String> {
    let mut doubts = Vec::new();
    for (gate, report) in gates.iter().zip(reports) {
        let answer = gates::ask(session, gate).await;
        doubts.extend(report.count(answer, failures));
    }
    if !doubts.is_empty() {
        // a query that took too long left its transaction open
        session.rollback().await;
    }
    doubts
}

/// Whether there still is something to watch, and to go back from.
async fn stands(session: &mut Session, store: &Store, id: &str, begun: bool) -> Result<()> {
    session.interrupt().check()?;
    let record = store.record(&mut session.conn, id).await?;
    let phase = record.as_ref().map_or(Phase::Pending, |record| record.phase);
    if let Some(error) = unwatchable(id, phase, begun) {
        return Err(error);
    }
    let Some(record) = record else { return Ok(()) };
    if phase == Phase::Backfilled
        && !record.verified
        && let Some(found) = &record.error
    {
        let message = format!("verification of migration `{id}` failed: {found}");
        return Err(Error::new(Kind::WrongRows, message)
            .detail("nothing is rolled back: which side is right is for a person to say")
            .hint(format!("`midflight verify {id}` lists the rows")));
    }
    let Some(plan) = &record.plan else { return Ok(()) };
    let Err(error) = dual_writes_stand(session, store, &record, plan).await else { return Ok(()) };
    if error.kind != Kind::Drift {
        return Err(error);
    }
    // Whoever rolls back or contracts takes them away: then it is no drift.
    let now = store.record(&mut session.conn, id).await?.map_or(Phase::Pending, |record| record.phase);
    Err(unwatchable(id, now, begun).unwrap_or(error))
}

/// Why a migration in this phase can't be watched. `begun`: it could, until now.
fn unwatchable(id: &str, phase: Phase, begun: bool) -> Option<Error> {
    match phase {
        Phase::Expanded | Phase::Backfilling | Phase::Backfilled => None,
        Phase::Contracting | Phase::Contracted | Phase::Purging => Some(
            Error::refused(format!(
                "migration `{id}` is {phase}: there is no way back, and nothing to watch"
            ))
            .hint("soak after expand or backfill, before contract"),
        ),
        Phase::Undoing | Phase::Undone | Phase::RollingBack | Phase::RolledBack if begun => Some(
            Error::new(Kind::Failed, format!("somebody rolled migration `{id}` back meanwhile"))
                .hint("the new release has to leave; `midflight.events` tells who did it"),
        ),
        Phase::Pending
        | Phase::Expanding
        | Phase::Undoing
        | Phase::Undone
        | Phase::RollingBack
        | Phase::RolledBack => Some(
            Error::new(Kind::NotYet, format!("migration `{id}` is {phase}: expand comes before soak"))
                .hint("`midflight status` shows what is next"),
        ),
    }
}

impl GateReport {
    fn new(gate: &Gate) -> Self {
        Self { name: gate.name().to_owned(), asked: 0, refused: 0, in_a_row: 0, why: None }
    }

    /// Takes an answer. Gives the reason for doubt, if it is one.
    fn count(&mut self, answer: Result<(), String>, failures: u32) -> Option<String> {
        self.asked += 1;
        let Err(why) = answer else {
            self.in_a_row = 0;
            return None;
        };
        self.refused += 1;
        self.in_a_row += 1;
        let doubt = format!("gate `{}` says no, {} of {failures}: {why}", self.name, self.in_a_row);
        self.why = Some(why);
        Some(doubt)
    }

    fn verdict(&self) -> String {
        let why = self.why.as_deref().unwrap_or_default();
        format!("gate `{}` said no {} times in a row: {why}", self.name, self.in_a_row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_noes_in_a_row_count() {
        let mut gate = GateReport { name: "g".to_owned(), asked: 0, refused: 0, in_a_row: 0, why: None };
        let no = || Err("down".to_owned());
        assert_eq!(gate.count(no(), 2).unwrap(), "gate `g` says no, 1 of 2: down");
        assert_eq!(gate.count(Ok(()), 2), None);
        gate.count(no(), 2);
        assert_eq!((gate.in_a_row, gate.refused, gate.asked), (1, 2, 3));
    }

    #[test]
    fn every_phase_between_expand_and_contract_can_be_watched() {
        let watched: Vec<Phase> =
            Phase::ALL.into_iter().filter(|phase| unwatchable("m", *phase, false).is_none()).collect();
        assert_eq!(watched, [Phase::Expanded, Phase::Backfilling, Phase::Backfilled]);
    }
}
