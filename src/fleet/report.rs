//! What became of each target and each wave, and the exit code that follows.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::standing::some;
use super::targets::Target;
use crate::error::{Error, Kind};

/// What became of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The command ran to its end.
    Done,
    /// It had come as far already, or another runner brought it there.
    Unchanged,
    /// It failed.
    Failed,
    /// It was not its turn.
    NotBegun,
}

/// A target with what became of it.
#[derive(Debug, Clone)]
pub struct Finished<'t> {
    /// The target.
    pub target: &'t Target,
    /// What became of it.
    pub outcome: Outcome,
    /// The command's exit code; 0 where none ran.
    pub code: u8,
    /// How long it took.
    pub took: Duration,
    /// The command's own document, where it printed one.
    pub document: Option<Value>,
}

/// What became of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaveOutcome {
    /// All of it is done, and the next one may begin.
    Passed,
    /// More of its targets failed than may.
    Failed,
    /// A gate says no, or its soak is not over.
    Stopped,
    /// It failed or was stopped, and was taken back.
    RolledBack,
    /// It was interrupted.
    Interrupted,
    /// An earlier one did not pass.
    NotBegun,
}

impl WaveOutcome {
    /// In a sentence.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Stopped => "is stopped",
            Self::RolledBack => "was rolled back",
            Self::Interrupted => "was interrupted",
            Self::NotBegun => "was not begun",
        }
    }
}

/// A wave with what became of it.
#[derive(Debug)]
pub struct WaveReport<'t> {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: WaveOutcome,
    /// Why it did not pass.
    pub why: Vec<String>,
    /// Its targets.
    pub targets: Vec<Finished<'t>>,
    /// What became of those that were taken back.
    pub taken_back: Vec<Finished<'t>>,
}

/// A run over the fleet.
#[derive(Debug)]
pub struct Report<'t> {
    /// The fleet.
    pub fleet: String,
    /// The command.
    pub command: String,
    /// Its waves, in their order.
    pub waves: Vec<WaveReport<'t>>,
    /// Whether somebody asked to stop.
    pub interrupted: bool,
}

impl<'t> Finished<'t> {
    /// One for which nothing was run.
    pub fn without_work(target: &'t Target, outcome: Outcome) -> Self {
        Self { target, outcome, code: 0, took: Duration::ZERO, document: None }
    }

    /// One for which no command ran, or none could.
    pub fn failed(target: &'t Target, error: &Error) -> Self {
        Self {
            code: error.kind.exit_code(),
            document: Some(error.to_json()),
            ..Self::without_work(target, Outcome::Failed)
        }
    }

    /// What stopped it: message, facts and cure.
    pub fn error(&self) -> Option<&Value> {
        self.document.as_ref().and_then(|document| document.get("error")).filter(|error| !error.is_null())
    }
}

impl Report<'_> {
    /// Every target, wave after wave.
    pub fn targets(&self) -> impl Iterator<Item = &Finished<'_>> {
        self.waves.iter().flat_map(|wave| &wave.targets)
    }

    /// The error that says what the run ends with.
    pub fn error(&self, kind: Kind) -> Error {
        let all = self.targets().count();
        let failed: Vec<String> = self
            .targets()
            .filter(|one| one.outcome == Outcome::Failed)
            .map(|one| format!("{} ({})", one.target.name, one.code))
            .collect();
        let mut said = Vec::new();
        if !failed.is_empty() {
            said.push(format!("{} of {all} targets failed: {}", failed.len(), some(&failed)));
        }
        let not_passed = self.waves.iter().filter(|wave| !wave.why.is_empty());
        said.extend(not_passed.map(|wave| format!("wave `{}` {}", wave.name, wave.outcome.said())));
        if self.interrupted {
            said.push("interrupted".to_owned());
        }
        let why = self.waves.iter().flat_map(|wave| &wave.why).cloned();
        let again =
            "the same command does what is left; `midflight fleet status` shows where each target stands";
        Error::new(kind, said.join("; ")).details(why).hint(again)
    }

    /// What the run ends with: 1 where a target failed for good, or could not be taken back; else 4 where a gate stopped it;
    /// else the lowest code of those that may be tried again.
    pub fn kind(&self) -> Option<Kind> {
        let taken_back = self.waves.iter().flat_map(|wave| &wave.taken_back);
        let failed = self.targets().chain(taken_back).filter(|one| one.outcome == Outcome::Failed);
        let codes: Vec<u8> = failed.map(|one| one.code).collect();
        let retryable = |code: &u8| Kind::RETRYABLE.into_iter().find(|kind| kind.exit_code() == *code);
        if codes.iter().any(|code| retryable(code).is_none()) {
            return Some(Kind::Failed);
        }
        if self.interrupted {
            return Some(Kind::Interrupted);
        }
        let stopped = |wave: &WaveReport<'_>| match wave.outcome {
            WaveOutcome::Stopped => true,
            WaveOutcome::RolledBack => wave.targets.iter().all(|one| one.outcome != Outcome::Failed),
            WaveOutcome::Passed | WaveOutcome::Failed | WaveOutcome::Interrupted | WaveOutcome::NotBegun => {
                false
            }
        };
        if self.waves.iter().any(stopped) {
            return Some(Kind::NotYet);
        }
        codes.iter().filter_map(retryable).min_by_key(|kind| kind.exit_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(codes: &[u8], outcome: WaveOutcome) -> Option<Kind> {
        let target = Target::sample("a", "x");
        let targets = codes
            .iter()
            .map(|code| Finished {
                code: *code,
                ..Finished::without_work(&target, if *code == 0 { Outcome::Done } else { Outcome::Failed })
            })
            .collect();
        let wave =
            WaveReport { name: "w".to_owned(), outcome, why: Vec::new(), targets, taken_back: Vec::new() };
        let report = Report {
            fleet: "f".to_owned(),
            command: "advance".to_owned(),
            waves: vec![wave],
            interrupted: false,
        };
        report.kind()
    }

    #[test]
    fn the_exit_code_says_whether_to_try_again() {
        assert_eq!(kind(&[0, 0], WaveOutcome::Passed), None);
        assert_eq!(kind(&[0, 30, 12], WaveOutcome::Passed), Some(Kind::LeaseHeld));
        assert_eq!(kind(&[0, 30, 21], WaveOutcome::Passed), Some(Kind::Failed));
        assert_eq!(kind(&[30, 2], WaveOutcome::Failed), Some(Kind::Failed));
        assert_eq!(kind(&[0], WaveOutcome::Stopped), Some(Kind::NotYet));
        assert_eq!(kind(&[0, 30], WaveOutcome::Stopped), Some(Kind::NotYet));
        assert_eq!(kind(&[0], WaveOutcome::RolledBack), Some(Kind::NotYet));
        assert_eq!(kind(&[4, 10], WaveOutcome::Failed), Some(Kind::NotYet));
    }
}
