//! Phases of a migration and the stages that lead from one to the next. Pure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a migration stands, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing was done.
    Pending,
    /// Expand began.
    Expanding,
    /// Both releases work.
    Expanded,
    /// Rows are being converted.
    Backfilling,
    /// Every row is converted; verified when `verified_at` is set.
    Backfilled,
    /// Contract began: no way back.
    Contracting,
    /// Done; what `kept_until` says is hidden until then.
    Contracted,
    /// Purge began: what was hidden goes, and there is no way back any more.
    Purging,
    /// Undo began.
    Undoing,
    /// As if it had never been, after contract; may be expanded again.
    Undone,
    /// Rollback began.
    RollingBack,
    /// As if it had never been; may be expanded again.
    RolledBack,
}

/// What a command does to a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Additive steps.
    Expand,
    /// Rows, then constraints, then verification.
    Backfill,
    /// Verification alone.
    Verify,
    /// Removals.
    Contract,
    /// The way back.
    Rollback,
    /// The way back after contract.
    Undo,
    /// The end of what contract keeps.
    Purge,
    /// Other expressions for what is converted.
    Amend,
}

/// What a stage has to do with a migration in a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Begin it.
    Start,
    /// Go on where it stopped.
    Resume,
    /// Nothing to do.
    Done,
    /// Not now: another stage comes first.
    Needs(Stage),
    /// Never again.
    Never,
}

/// The right to run a stage on a migration. Only a phase gives it out, and whatever changes something asks for it.
#[derive(Debug, Clone, Copy)]
pub struct StagePermit<'m> {
    migration: &'m str,
    stage: Stage,
    from: Phase,
}

/// A change of phase that belongs to a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition<'m> {
    migration: &'m str,
    from: Phase,
    to: Phase,
}

impl<'m> StagePermit<'m> {
    /// The migration.
    pub const fn migration(&self) -> &'m str {
        self.migration
    }

    /// It goes on from an earlier run.
    pub fn resumes(&self) -> bool {
        self.from.enter(self.stage) == Entry::Resume
    }

    /// The change with which the stage begins; none where it has begun already, or changes no phase.
    pub fn begins(&self) -> Option<Transition<'m>> {
        self.stage.phases().filter(|_| !self.resumes()).map(|(during, _)| self.transition(self.from, during))
    }

    /// The change with which the stage ends; none where it changes no phase.
    pub fn ends(&self) -> Option<Transition<'m>> {
        self.stage.phases().map(|(during, after)| self.transition(during, after))
    }

    const fn transition(&self, from: Phase, to: Phase) -> Transition<'m> {
        Transition { migration: self.migration, from, to }
    }
}

impl<'m> Transition<'m> {
    /// The migration.
    pub const fn migration(&self) -> &'m str {
        self.migration
    }

    /// Where it stood.
    pub const fn from(&self) -> Phase {
        self.from
    }

    /// Where it stands then.
    pub const fn to(&self) -> Phase {
        self.to
    }
}

impl Phase {
    /// All of them, in the order of a migration's life.
    pub const ALL: [Self; 12] = [
        Self::Pending,
        Self::Expanding,
        Self::Expanded,
        Self::Backfilling,
        Self::Backfilled,
        Self::Contracting,
        Self::Contracted,
        Self::Purging,
        Self::Undoing,
        Self::Undone,
        Self::RollingBack,
        Self::RolledBack,
    ];

    /// What a stage has to do here. Every pair has an answer.
    pub const fn enter(self, stage: Stage) -> Entry {
        use Phase::*;
        match (stage, self) {
            (Stage::Expand, Pending | RolledBack | Undone) => Entry::Start,
            (Stage::Expand, Expanding) => Entry::Resume,
            (Stage::Expand, Expanded | Backfilling | Backfilled | Contracting | Contracted | Purging) => {
                Entry::Done
            }

            (Stage::Backfill, Pending | Expanding | RolledBack | Undone) => Entry::Needs(Stage::Expand),
            (Stage::Backfill, Expanded) => Entry::Start,
            (Stage::Backfill, Backfilling) => Entry::Resume,
            (Stage::Backfill, Backfilled | Contracting | Contracted | Purging) => Entry::Done,

            (Stage::Verify, Pending | Expanding | RolledBack | Undone) => Entry::Needs(Stage::Expand),
            (Stage::Verify, Expanded | Backfilling) => Entry::Needs(Stage::Backfill),
            (Stage::Verify, Backfilled) => Entry::Start,
            (Stage::Verify, Contracting | Contracted | Purging) => Entry::Done,

            (Stage::Contract, Pending | Expanding | RolledBack | Undone) => Entry::Needs(Stage::Expand),
            (Stage::Contract, Expanded | Backfilling) => Entry::Needs(Stage::Backfill),
            (Stage::Contract, Backfilled) => Entry::Start,
            (Stage::Contract, Contracting) => Entry::Resume,
            (Stage::Contract, Contracted | Purging) => Entry::Done,

            (Stage::Rollback, Pending | RolledBack | Undone) => Entry::Done,
            (Stage::Rollback, Expanding | Expanded | Backfilling | Backfilled) => Entry::Start,
            (Stage::Rollback, RollingBack) => Entry::Resume,
            (Stage::Rollback, Contracting | Contracted | Purging) => Entry::Never,

            // Whether anything is kept the phase does not say.
            (Stage::Undo, Contracted) => Entry::Start,
            (Stage::Undo, Undoing) => Entry::Resume,
            (Stage::Undo, Pending | RolledBack | Undone) => Entry::Done,
            (Stage::Undo, Purging) => Entry::Never,
            (Stage::Undo, Expanding | Expanded | Backfilling | Backfilled) => Entry::Needs(Stage::Rollback),
            (Stage::Undo | Stage::Purge, Contracting) => Entry::Needs(Stage::Contract),

            (Stage::Amend, Expanded | Backfilling | Backfilled) => Entry::Start,
            (Stage::Amend, Pending | Expanding | RolledBack | Undone) => Entry::Needs(Stage::Expand),
            (Stage::Amend, Contracting | Contracted | Purging) => Entry::Never,

            (Stage::Purge, Contracted) => Entry::Start,
            (Stage::Purge, Purging) => Entry::Resume,
            (
                Stage::Purge,
                Pending | Expanding | Expanded | Backfilling | Backfilled | RolledBack | Undone,
            ) => Entry::Done,

            (
                Stage::Expand
                | Stage::Backfill
                | Stage::Verify
                | Stage::Contract
                | Stage::Undo
                | Stage::Purge
                | Stage::Amend,
                RollingBack,
            ) => Entry::Needs(Stage::Rollback),
            (
                Stage::Expand
                | Stage::Backfill
                | Stage::Verify
                | Stage::Contract
                | Stage::Rollback
                | Stage::Purge
                | Stage::Amend,
                Undoing,
            ) => Entry::Needs(Stage::Undo),
        }
    }

    /// The right to run a stage here; none where there is nothing to do, or something else first.
    pub fn pass(self, migration: &str, stage: Stage) -> Option<StagePermit<'_>> {
        let open = matches!(self.enter(stage), Entry::Start | Entry::Resume);
        open.then_some(StagePermit { migration, stage, from: self })
    }

    /// The stored name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Expanding => "expanding",
            Self::Expanded => "expanded",
            Self::Backfilling => "backfilling",
            Self::Backfilled => "backfilled",
            Self::Contracting => "contracting",
            Self::Contracted => "contracted",
            Self::Purging => "purging",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::RollingBack => "rolling_back",
            Self::RolledBack => "rolled_back",
        }
    }

    /// Whether the migration has objects in the database that are not final.
    pub const fn in_flight(self) -> bool {
        !matches!(self, Self::Pending | Self::Contracted | Self::Undone | Self::RolledBack)
    }
}

impl Stage {
    /// The command's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Verify => "verify",
            Self::Contract => "contract",
            Self::Rollback => "rollback",
            Self::Undo => "undo",
            Self::Purge => "purge",
            Self::Amend => "amend",
        }
    }

    /// The phase while it runs, and the one after it; verification has none.
    const fn phases(self) -> Option<(Phase, Phase)> {
        match self {
            Self::Expand => Some((Phase::Expanding, Phase::Expanded)),
            Self::Backfill => Some((Phase::Backfilling, Phase::Backfilled)),
            Self::Verify => None,
            Self::Contract => Some((Phase::Contracting, Phase::Contracted)),
            Self::Rollback => Some((Phase::RollingBack, Phase::RolledBack)),
            Self::Undo => Some((Phase::Undoing, Phase::Undone)),
            Self::Purge => Some((Phase::Purging, Phase::Contracted)),
            // Its rows are to be looked at once more.
            Self::Amend => Some((Phase::Expanded, Phase::Expanded)),
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Phase {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.name() == text)
            .ok_or_else(|| format!("unknown phase `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_can_be_stored() {
        for phase in Phase::ALL {
            assert_eq!(phase.name().parse(), Ok(phase));
        }
    }

    #[test]
    fn a_stage_leaves_no_phase_that_it_could_not_resume() {
        let stages = [Stage::Expand, Stage::Backfill, Stage::Contract, Stage::Rollback];
        for (phase, stage) in Phase::ALL.into_iter().flat_map(|phase| stages.map(|stage| (phase, stage))) {
            let Some(permit) = phase.pass("m", stage) else { continue };
            let during = permit.begins().map_or(phase, |begins| begins.to());
            assert_eq!(during.enter(stage), Entry::Resume, "{phase} {stage:?}");
            let after = permit.ends().map(|ends| (ends.from(), ends.to().enter(stage)));
            assert!(after == Some((during, Entry::Done)) || stage == Stage::Rollback, "{phase} {stage:?}");
        }
    }

    #[test]
    fn the_way_back_ends_at_contract() {
        for phase in Phase::ALL {
            let entry = phase.enter(Stage::Rollback);
            assert_eq!(
                entry == Entry::Never,
                phase >= Phase::Contracting && phase <= Phase::Purging,
                "{phase}"
            );
        }
    }

    #[test]
    fn undo_begins_after_contract_and_purge_ends_it() {
        let starts = |stage| -> Vec<Phase> {
            Phase::ALL.into_iter().filter(|phase| phase.enter(stage) == Entry::Start).collect()
        };
        assert_eq!(starts(Stage::Undo), [Phase::Contracted]);
        assert_eq!(starts(Stage::Purge), [Phase::Contracted]);
        assert_eq!(Phase::Purging.enter(Stage::Undo), Entry::Never);
        assert_eq!(Phase::Undoing.enter(Stage::Purge), Entry::Needs(Stage::Undo));
    }

    #[test]
    fn contract_follows_backfill_only() {
        let starts: Vec<Phase> =
            Phase::ALL.into_iter().filter(|phase| phase.enter(Stage::Contract) == Entry::Start).collect();
        assert_eq!(starts, [Phase::Backfilled]);
    }
}
