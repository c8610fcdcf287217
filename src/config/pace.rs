//! How large and how fast batches are, as far as it can be changed while they run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BackfillSettings, Span};

/// What is to be different from the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct Pace {
    /// How long a batch should take, instead of `backfill.target`
    #[arg(long, value_name = "DURATION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Span>,
    /// A pause after each batch, instead of `backfill.pause`
    #[arg(long = "batch-pause", value_name = "DURATION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Span>,
    /// The most rows of a batch, instead of `backfill.max_batch`
    #[arg(long, value_name = "ROWS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch: Option<u32>,
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.target.map(|target| format!("target {target}")),
            self.pause.map(|pause| format!("pause {pause}")),
            self.max_batch.map(|rows| format!("max_batch {rows}")),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl BackfillSettings {
    /// The same settings at another pace.
    pub fn at(&self, pace: &Pace) -> Self {
        Self {
            target: pace.target.unwrap_or(self.target),
            pause: pace.pause.unwrap_or(self.pause),
            max_batch: pace.max_batch.unwrap_or(self.max_batch),
            ..self.clone()
        }
    }
}
