//! How large and how fast batches are, and what they wait for, as far as it can be changed while they run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BackfillSettings, LimitChange, Span};

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
    /// A limit of `throttle`, such as `replica_lag_bytes=128MB` or `snapshot_age=off`; may be given several times
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    #[serde(with = "by_name", skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<LimitChange>,
}

/// Changes of limits as an object, so that a later one takes the place of an earlier one of the same name.
mod by_name {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::LimitChange;

    pub fn serialize<S: Serializer>(limits: &[LimitChange], serializer: S) -> Result<S::Ok, S::Error> {
        let values: BTreeMap<&str, &str> =
            limits.iter().map(|change| (change.name.as_str(), change.value.as_str())).collect();
        serializer.collect_map(values)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<LimitChange>, D::Error> {
        let values = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|(name, value)| LimitChange { name, value }).collect())
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.target.map(|target| format!("target {target}")),
            self.pause.map(|pause| format!("pause {pause}")),
            self.max_batch.map(|rows| format!("max_batch {rows}")),
        ];
        let limits = self.limits.iter().map(|change| format!("limit {change}"));
        f.write_str(&parts.into_iter().flatten().chain(limits).collect::<Vec<_>>().join(", "))
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
