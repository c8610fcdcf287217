//! What has to hold before contract, by name, and who said that it need not.

use std::fmt;

use crate::error::{Error, Result};

/// A condition of contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Condition {
    /// Every row was compared, and both sides agree
    Verified,
    /// Expanded by another release, which the one that runs knows of
    NewRelease,
    /// Expanded for as long as `contract.min_soak` says
    MinSoak,
    /// A `midflight soak` of `contract.require_soak` has passed since expand
    Soaked,
    /// No write through the old side for as long as `contract.require_quiet` says
    Quiet,
    /// Every gate is open
    Gates,
    /// Where a fleet works here: it is the fleet that asks, and every target of the group has passed backfill
    Fleet,
    /// The dual-write triggers and their functions are there, enabled and unchanged
    Triggers,
    /// Tables, columns, indexes and constraints are as the last stage left them, and nothing new depends on what goes
    Catalog,
}

impl Condition {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Self; 9] = [
        Self::Verified,
        Self::NewRelease,
        Self::MinSoak,
        Self::Soaked,
        Self::Quiet,
        Self::Gates,
        Self::Fleet,
        Self::Triggers,
        Self::Catalog,
    ];

    /// Whether it is about what contract removes, and so nothing to ask where it removes nothing.
    pub const fn guards_removal(self) -> bool {
        match self {
            Self::Soaked | Self::Quiet | Self::Gates | Self::Fleet | Self::Triggers | Self::Catalog => true,
            Self::Verified | Self::NewRelease | Self::MinSoak => false,
        }
    }

    /// Its name in `--override` and in the audit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NewRelease => "new-release",
            Self::MinSoak => "min-soak",
            Self::Soaked => "soaked",
            Self::Quiet => "quiet",
            Self::Gates => "gates",
            Self::Fleet => "fleet",
            Self::Triggers => "triggers",
            Self::Catalog => "catalog",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Conditions that need not hold, and why somebody says so.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Overrides {
    /// A condition that need not hold this once; may be given several times. It is written into the audit
    #[arg(long = "override", value_enum, value_name = "CONDITION", requires = "because")]
    conditions: Vec<Condition>,
    /// Why
    #[arg(long, value_name = "REASON", requires = "conditions")]
    because: Option<String>,
}

impl Overrides {
    /// Why a condition need not hold.
    ///
    /// # Errors
    /// Exit 2 for an empty reason.
    pub fn reason(&self, condition: Condition) -> Result<Option<&str>> {
        if !self.conditions.contains(&condition) {
            return Ok(None);
        }
        match self.because.as_deref().map(str::trim) {
            Some(reason) if !reason.is_empty() => Ok(Some(reason)),
            _ => {
                Err(Error::usage("`--because` is empty").hint("say why, for those who read the audit later"))
            }
        }
    }
}
