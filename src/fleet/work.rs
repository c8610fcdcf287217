//! The targets of a wave at work, side by side: as many as may be, in this runner's order, passing over those on which
//! another runner works.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::child::Order;
use super::look;
use super::report::{Finished, Outcome};
use super::shard::Shard;
use super::standing::{Goal, Passed};
use super::targets::Target;
use crate::config::{Settings, Span};
use crate::db::Interrupt;
use crate::error::{Error, Kind};
use crate::migration::Migration;
use crate::state::Standing;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

/// How soon a target is looked at again on which somebody works.
const AGAIN: Duration = Duration::from_secs(1);

/// Hears how it goes.
pub trait Listener {
    /// A target's turn has come.
    fn began(&self, target: &Target);
    /// Another runner works on it.
    fn held(&self, target: &Target);
    /// It is over with a target.
    fn finished(&self, finished: &Finished<'_>);
}

/// All that work on a fleet's targets shares.
pub struct Crew<'a> {
    /// The fleet's name.
    pub fleet: &'a str,
    /// How many targets at a time.
    pub parallel: usize,
    /// How many of them on one server.
    pub per_server: usize,
    /// What each is to come to.
    pub goal: Goal,
    /// Whether the command changes something, and so needs the lease: a target that another runner has is passed over.
    pub works: bool,
    /// The files.
    pub files: &'a [Migration],
    /// What each group has passed.
    pub passed: &'a BTreeMap<String, Passed>,
    /// This runner's share.
    pub shard: Shard,
    /// How long a target may be held by another runner.
    pub patience: Duration,
    /// The configuration of all.
    pub settings: &'a Settings,
    /// The switch that interrupts.
    pub interrupt: &'a Interrupt,
    /// Who hears how it goes.
    pub listener: &'a dyn Listener,
}

/// A target with the command that is for it.
struct Job<'o, 't> {
    /// Its place among those of the wave.
    place: usize,
    target: &'t Target,
    order: &'o Order,
    not_before: Option<Instant>,
    held_since: Option<Instant>,
}

/// What became of a try.
enum Tried<'t> {
    Finished(Finished<'t>),
    /// Another runner works there.
    Held,
}

impl Crew<'_> {
    /// Works on targets until each is done or has failed, or more have failed than may. Gives all of them, in their order.
    pub async fn work<'t>(&self, targets: &[(&'t Target, Order)], budget: usize) -> Vec<Finished<'t>> {
        let all: Vec<&Target> = targets.iter().map(|(target, _)| *target).collect();
        let found = look::look(&all, self.settings, self.interrupt).await;
        let mut finished: Vec<Option<Finished<'t>>> = targets.iter().map(|_| None).collect();
        let (mut queue, mut others) = (VecDeque::new(), VecDeque::new());
        for (place, (target, order)) in targets.iter().enumerate() {
            if found[place].as_ref().is_ok_and(|standing| self.is_there(target, standing)) {
                finished[place] = Some(self.told(Finished::without_work(target, Outcome::Unchanged)));
                continue;
            }
            let job = Job { place, target, order, not_before: None, held_since: None };
            // others' shares from their ends: they come from the beginning
            if self.shard.has(place) { queue.push_back(job) } else { others.push_front(job) }
        }
        queue.append(&mut others);
        self.carry_out(queue, budget, &mut finished).await;
        let not_begun = |place: usize| Finished::without_work(targets[place].0, Outcome::NotBegun);
        finished.into_iter().enumerate().map(|(place, one)| one.unwrap_or_else(|| not_begun(place))).collect()
    }

    async fn carry_out<'t>(
        &self,
        mut queue: VecDeque<Job<'_, 't>>,
        budget: usize,
        finished: &mut [Option<Finished<'t>>],
    ) {
        let mut running = FuturesUnordered::new();
        let mut busy: BTreeMap<&str, usize> = BTreeMap::new();
        let mut failures = 0;
        loop {
            let goes_on = failures <= budget && self.interrupt.check().is_ok();
            while goes_on
                && running.len() < self.parallel
                && let Some(job) = self.next(&mut queue, &busy)
            {
                *busy.entry(job.target.server.as_str()).or_default() += 1;
                running.push(async move {
                    let tried = self.attempt(&job).await;
                    (job, tried)
                });
            }
            if running.is_empty() && (queue.is_empty() || !goes_on) {
                return;
            }
            let (job, tried) = tokio::select! {
                Some(done) = running.next(), if !running.is_empty() => done,
                // somebody who was passed over may be free by now
                () = tokio::time::sleep(AGAIN / 4) => continue,
            };
            if let Some(count) = busy.get_mut(job.target.server.as_str()) {
                *count -= 1;
            }
            let held_since = job.held_since.unwrap_or_else(Instant::now);
            let one = match tried {
                Tried::Finished(one) => one,
                Tried::Held if held_since.elapsed() < self.patience => {
                    let not_before = Some(Instant::now() + AGAIN);
                    queue.push_back(Job { not_before, held_since: Some(held_since), ..job });
                    continue;
                }
                Tried::Held => Finished::failed(job.target, &held_for_long(self.patience)),
            };
            failures += usize::from(one.outcome == Outcome::Failed);
            finished[job.place] = Some(self.told(one));
        }
    }

    /// The next one whose turn may come, and whose server has room.
    fn next<'o, 't>(
        &self,
        queue: &mut VecDeque<Job<'o, 't>>,
        busy: &BTreeMap<&str, usize>,
    ) -> Option<Job<'o, 't>> {
        let now = Instant::now();
        let has_room = |job: &Job<'o, 't>| {
            busy.get(job.target.server.as_str()).is_none_or(|count| *count < self.per_server)
        };
        let may = |job: &Job<'o, 't>| job.not_before.is_none_or(|time| time <= now) && has_room(job);
        let at = queue.iter().position(may)?;
        queue.remove(at)
    }

    /// Looks whether there is something to do and nobody at it, and runs the command.
    async fn attempt<'t>(&self, job: &Job<'_, 't>) -> Tried<'t> {
        let target = job.target;
        match look::one(target, self.settings, self.interrupt).await {
            Err(error) => return Tried::Finished(Finished::failed(target, &error)),
            Ok(standing) if self.is_there(target, &standing) => {
                return Tried::Finished(Finished::without_work(target, Outcome::Unchanged));
            }
            Ok(standing) if self.works && standing.works => {
                if job.held_since.is_none() {
                    self.listener.held(target);
                }
                return Tried::Held;
            }
            Ok(_) => {}
        }
        self.listener.began(target);
        let membership = self.passed_by(target).membership(self.fleet, target);
        let ended = match job.order.run(target, &membership, self.interrupt).await {
            Err(error) => return Tried::Finished(Finished::failed(target, &error)),
            Ok(ended) => ended,
        };
        let code = ended.code.and_then(|code| u8::try_from(code).ok());
        if code == Some(Kind::LeaseHeld.exit_code()) {
            return Tried::Held;
        }
        let outcome = if code == Some(0) { Outcome::Done } else { Outcome::Failed };
        let document = match ended.document() {
            None if outcome == Outcome::Failed => Some(unexplained(code, &ended.stderr)),
            document => document,
        };
        // a signal has no code of its own
        let code = code.unwrap_or(Kind::Failed.exit_code());
        Tried::Finished(Finished { target, outcome, code, took: ended.took, document })
    }

    fn is_there(&self, target: &Target, standing: &Standing) -> bool {
        self.goal.is_reached(self.files, standing, self.passed_by(target))
    }

    fn passed_by(&self, target: &Target) -> &Passed {
        self.passed.get(&target.group).unwrap_or(&NOTHING_PASSED)
    }

    fn told<'t>(&self, finished: Finished<'t>) -> Finished<'t> {
        self.listener.finished(&finished);
        finished
    }
}

static NOTHING_PASSED: Passed = Passed { ids: BTreeSet::new(), behind: BTreeMap::new() };

/// A command that ended without a word for programs.
fn unexplained(code: Option<u8>, stderr: &str) -> serde_json::Value {
    let message = match code {
        Some(code) => format!("its command ended with {code} and said nothing"),
        None => "its command was ended by a signal".to_owned(),
    };
    let said = stderr.lines().map(str::to_owned).take(5);
    Error::new(Kind::Failed, message).details(said).hint("run the same fleet command again").to_json()
}

fn held_for_long(patience: Duration) -> Error {
    let for_long = Span(patience);
    Error::new(Kind::LeaseHeld, format!("another midflight has been at work there for {for_long}"))
        .hint("wait for it, or run the same command again later; `--patience` says how long to wait")
}
