//! The status of a step in the journal.

use std::str::FromStr;

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    /// Not begun.
    Pending,
    /// Begun, outside a transaction: only the catalog knows how far it came.
    Running,
    /// Complete.
    Done,
    /// Tried, without success.
    Failed,
    /// Complete once, and taken back.
    Undone,
}

impl StepStatus {
    const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Done, Self::Failed, Self::Undone];

    /// The stored name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
        }
    }

    /// Whether it changed something, or may have.
    pub const fn may_have_run(self) -> bool {
        !matches!(self, Self::Pending | Self::Undone)
    }
}

impl FromStr for StepStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|status| status.name() == text);
        known.ok_or_else(|| format!("unknown status `{text}` of a step"))
    }
}
