//! How large and how fast batches are, and what they wait for, as far as it can be changed while they run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BackfillSettings, LimitChange, Span};

/// What is to be different from the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct Pace {
    /// How long a batch should take, instead of `backfill.target` and `backfill.busy_target`: whoever else is at work
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
            busy_target: pace.target.unwrap_or(self.busy_target),
            pause: pace.pause.unwrap_or(self.pause),
            max_batch: pace.max_batch.unwrap_or(self.max_batch),
            ..self.clone()
        }
    }

    /// The same settings while other sessions are at work.
    pub fn beside_others(self) -> Self {
        Self { target: self.target.min(self.busy_target), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn span(millis: u64) -> Span {
        Span(Duration::from_millis(millis))
    }

    #[test]
    fn company_never_makes_batches_longer() {
        let settings = |target| BackfillSettings { target: span(target), ..BackfillSettings::default() };
        assert_eq!(settings(50).beside_others().target, span(2));
        assert_eq!(settings(1).beside_others().target, span(1));
    }

    #[test]
    fn what_resume_sets_holds_in_company_as_well() {
        let asked = Pace { target: Some(span(500)), ..Pace::default() };
        assert_eq!(BackfillSettings::default().at(&asked).beside_others().target, span(500));
    }
}
