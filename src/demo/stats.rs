//! Latencies of application statements, by the period of the demo in which they were wanted.

use std::time::Duration;

use serde::Serialize;

/// A part of the demo that is measured on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// The old release alone, no migration: what is compared with.
    Before,
    /// `lint` and `plan`.
    Plan,
    /// `expand`.
    Expand,
    /// Both releases, nothing running.
    Both,
    /// `backfill`.
    Backfill,
    /// `verify`.
    Verify,
    /// `contract`.
    Contract,
    /// The new release alone, migration complete.
    After,
}

impl Period {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::Before,
        Self::Plan,
        Self::Expand,
        Self::Both,
        Self::Backfill,
        Self::Verify,
        Self::Contract,
        Self::After,
    ];

    /// Whether the migration was under way.
    pub const fn of_the_migration(self) -> bool {
        !matches!(self, Self::Before | Self::After)
    }

    /// What the report calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Before => "before (v1 alone)",
            Self::Plan => "lint, plan",
            Self::Expand => "expand",
            Self::Both => "v1 and v2, idle",
            Self::Backfill => "backfill",
            Self::Verify => "verify",
            Self::Contract => "contract",
            Self::After => "after (v2 alone)",
        }
    }
}

/// How long statements took, every one kept: a demo has some ten thousand.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds a statement.
    pub fn record(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// Adds all of another's statements.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// How many statements.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The figures that are reported.
    pub fn summary(&self) -> Summary {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let longest = sorted.last().copied().unwrap_or_default();
        Summary {
            statements: sorted.len(),
            p50: percentile(&sorted, 50),
            p99: percentile(&sorted, 99),
            longest,
        }
    }
}

/// The nearest-rank percentile: the smallest value that so many percent of all do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// Statements in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many.
    pub statements: usize,
    /// Half took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Latencies {
        Latencies(millis.into_iter().map(Duration::from_millis).collect())
    }

    fn figures(latencies: &Latencies) -> (usize, u128, u128, u128) {
        let Summary { statements, p50, p99, longest } = latencies.summary();
        (statements, p50.as_millis(), p99.as_millis(), longest.as_millis())
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(figures(&of((1..=200).rev())), (200, 100, 198, 200));
        assert_eq!(figures(&of([7])), (1, 7, 7, 7));
        assert_eq!(figures(&of([1, 9])), (2, 1, 9, 9));
        assert_eq!(figures(&of([])), (0, 0, 0, 0));
    }

    #[test]
    fn one_stall_in_a_thousand_shows_as_longest_only() {
        let mut all = of(std::iter::repeat_n(1, 999));
        all.merge(&of([500]));
        assert_eq!(figures(&all), (1000, 1, 1, 500));
    }

    #[test]
    fn periods_are_listed_in_order() {
        for (i, period) in Period::ALL.into_iter().enumerate() {
            assert_eq!(period as usize, i);
        }
    }
}
