//! A task that asks, on a connection of its own, and whoever wants to know what it last heard.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Reading, latch::Latch};
use crate::db::Session;

/// Something that can be asked again and again.
pub(super) trait Source: Send + 'static {
    /// What it knows, for "… is not known".
    const KNOWS: &'static str;
    /// How often it is asked.
    const EVERY: Duration;
    /// How long an answer may take.
    fn patience(&self) -> Duration;
    /// Asks. An error is one of the connection: there will be another one next time.
    fn sample(&mut self, session: &mut Session) -> impl Future<Output = Result<Answers, String>> + Send;
}

/// What a source found in one round.
pub(super) struct Answers {
    /// One for each thing that is watched.
    pub answers: Vec<Answer>,
    /// Whether other sessions are at work.
    pub other_activity: bool,
}

/// One answer of a source.
pub(super) struct Answer {
    /// The signal's key, or the gate.
    pub name: String,
    /// What it found.
    pub reading: Reading,
    /// Whether it holds up work that only reads as well.
    pub slows_reading: bool,
}

/// A reason to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The signal's key, `gate NAME`, or `unknown`.
    pub name: String,
    /// A short sentence with figures.
    pub why: String,
    /// Whether it holds up work that only reads as well.
    slows_reading: bool,
}

impl Held {
    /// Not knowing is a reason.
    fn blind(knows: &str, why: impl std::fmt::Display) -> Self {
        Self { name: "unknown".to_owned(), why: format!("{knows} is not known: {why}"), slows_reading: true }
    }
}

/// What the last round of questions gave.
#[derive(Debug, Clone)]
struct Sample {
    at: Instant,
    held: Vec<Held>,
    pressures: Vec<(String, f64)>,
    other_activity: bool,
}

/// The last sample of a source, with a sense of its age.
#[derive(Clone)]
pub(super) struct Watch {
    latest: watch::Receiver<Option<Sample>>,
    knows: &'static str,
    stale_after: Duration,
    /// The sample whose measures were last given away.
    told: Option<Instant>,
}

impl Watch {
    /// Starts asking. Ends with the set of tasks.
    pub fn start<S: Source>(tasks: &mut JoinSet<()>, session: Session, source: S) -> Self {
        let (sender, latest) = watch::channel(None);
        // A sample that comes late now and then is no reason to stop; several missing are.
        let stale_after = 5 * S::EVERY + source.patience();
        tasks.spawn(ask(session, source, sender));
        Self { latest, knows: S::KNOWS, stale_after, told: None }
    }

    /// Waits for the first answer, within the time after which a sample is too old.
    pub async fn first(&mut self) {
        let _ = tokio::time::timeout(self.stale_after, self.latest.wait_for(Option::is_some)).await;
    }

    /// The reasons to wait with work that writes, or that only reads.
    pub fn held(&self, reading: bool) -> Vec<Held> {
        match &*self.latest.borrow() {
            None => vec![Held::blind(self.knows, "no answer yet")],
            Some(sample) if sample.at.elapsed() > self.stale_after => {
                let why = format!("no answer for {} s", sample.at.elapsed().as_secs());
                vec![Held::blind(self.knows, why)]
            }
            Some(sample) => {
                sample.held.iter().filter(|held| held.slows_reading || !reading).cloned().collect()
            }
        }
    }

    /// Whether other sessions are at work, as far as this source knows.
    pub fn other_activity(&self) -> bool {
        self.latest.borrow().as_ref().is_some_and(|sample| sample.other_activity)
    }

    /// Each measure as a share of its limit, once for each sample.
    pub fn fresh_pressures(&mut self) -> Vec<(String, f64)> {
        let latest = self.latest.borrow();
        match &*latest {
            Some(sample) if self.told != Some(sample.at) => {
                self.told = Some(sample.at);
                sample.pressures.clone()
            }
            _ => Vec::new(),
        }
    }
}

async fn ask<S: Source>(mut session: Session, mut source: S, sender: watch::Sender<Option<Sample>>) {
    let mut latches = BTreeMap::new();
    loop {
        let patience = source.patience();
        let asked = tokio::time::timeout(patience, source.sample(&mut session)).await;
        let asked = asked.unwrap_or_else(|_| Err(format!("no answer within {} s", patience.as_secs())));
        let lost = asked.is_err();
        let sample = match asked {
            Ok(answers) => digest(answers, &mut latches),
            Err(why) => {
                let held = vec![Held::blind(S::KNOWS, why)];
                Sample { at: Instant::now(), held, pressures: Vec::new(), other_activity: true }
            }
        };
        if sender.send(Some(sample)).is_err() {
            return;
        }
        tokio::time::sleep(S::EVERY).await;
        if lost && let Ok(another) = session.sibling().await {
            session = another;
        }
    }
}

fn digest(Answers { answers, other_activity }: Answers, latches: &mut BTreeMap<String, Latch>) -> Sample {
    let pressures = answers.iter().map(|answer| (answer.name.clone(), answer.reading.pressure)).collect();
    let mut held = Vec::new();
    for Answer { name, reading, slows_reading } in answers {
        if latches.entry(name.clone()).or_default().feed(&reading) {
            let why = if reading.why.is_empty() { format!("{name} was over its limit") } else { reading.why };
            held.push(Held { name, why, slows_reading });
        }
    }
    Sample { at: Instant::now(), held, pressures, other_activity }
}
