//! What the user says about triggers of their own that batches would fire.

use serde::{Deserialize, Serialize};

/// `-- midflight: triggers fire`, `triggers: skip` in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserTriggers {
    /// They may fire on every row that backfill writes.
    Fire,
    /// They must not: backfill writes as a replica does.
    Skip,
}

impl UserTriggers {
    /// The words in a file.
    pub const WORDS: [(&'static str, Self); 2] = [("fire", Self::Fire), ("skip", Self::Skip)];
}
