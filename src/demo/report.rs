//! What the demo found, for people and for programs.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use super::release::Release;
use super::shared::Tally;
use super::stats::{Latencies, Period, Summary};
use crate::output::{count, time};

/// Everything that the demo found.
pub struct Report {
    /// Orders loaded.
    pub rows: i64,
    /// The server's version.
    pub server: String,
    /// What ran, in order, and for how long.
    pub periods: Vec<(Period, Duration)>,
    /// What each release's clients counted.
    pub releases: Vec<(Release, Tally)>,
    /// Every row in the end, against what was loaded and written.
    pub compared: Comparison,
    /// From start to end.
    pub took: Duration,
}

/// The final comparison of every row.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Rows compared.
    pub rows: i64,
    /// Rows that differ, are missing, or that nobody wrote.
    pub different: i64,
    /// The first of them.
    pub first: Option<String>,
    /// Rows that the old release was the last to write.
    pub by_old: usize,
    /// Rows that the new release was the last to write.
    pub by_new: usize,
}

impl Report {
    /// Whether nothing failed and nothing differs.
    pub fn passed(&self) -> bool {
        self.failures() == 0 && self.different() == 0
    }

    fn failures(&self) -> usize {
        self.releases.iter().map(|(_, tally)| tally.failures).sum()
    }

    /// Rows that differed when read on the way, and in the end.
    fn different(&self) -> i64 {
        self.compared.different + self.releases.iter().map(|(_, tally)| tally.different as i64).sum::<i64>()
    }

    fn summary(&self, period: Period) -> Summary {
        let mut all = Latencies::default();
        for (_, tally) in &self.releases {
            all.merge(&tally.latencies[period as usize]);
        }
        all.summary()
    }

    /// From the first stage's begin to the end of what follows the last one.
    fn during(&self) -> Summary {
        let mut all = Latencies::default();
        for period in Period::ALL.into_iter().filter(|period| period.of_the_migration()) {
            self.releases.iter().for_each(|(_, tally)| all.merge(&tally.latencies[period as usize]));
        }
        all.summary()
    }

    /// For a person.
    pub fn human(&self) -> String {
        let mut out = self.latencies();
        let fact = |out: &mut String, what: &str, number: i64, verdict: String| {
            let _ = writeln!(out, "  {what:<27}{:>9}    {verdict}", count(number));
        };
        for (release, tally) in &self.releases {
            let what = format!("statements served by {}", release.name());
            fact(&mut out, &what, tally.served() as i64, format!("failed: {}", tally.failures));
        }
        let read: usize = self.releases.iter().map(|(_, tally)| tally.compared).sum();
        let read_wrong: usize = self.releases.iter().map(|(_, tally)| tally.different).sum();
        fact(&mut out, "rows read on the way", read as i64, format!("different: {read_wrong}"));
        let Comparison { rows, different, by_old, by_new, .. } = self.compared;
        fact(&mut out, "rows compared at the end", rows, format!("different: {different}"));
        for (release, rows) in [("v1", by_old), ("v2", by_new)] {
            let _ = writeln!(out, "    last written by {release:<9}{:>9}", count(rows as i64));
        }
        for met in self.facts() {
            let _ = writeln!(out, "  ! {met}");
        }
        let (during, took) = (self.during(), time(self.took));
        let _ = if self.passed() {
            let (longest, before) = (millis(during.longest), millis(self.summary(Period::Before).longest));
            writeln!(
                out,
                "\nNo statement failed and no row is wrong. The longest stall during the migration was {longest}, before it {before}.\nAll of it took {took}."
            )
        } else {
            let (failures, different) = (self.failures(), self.different());
            writeln!(out, "\nFAILED: {failures} statements failed, {different} rows are wrong. Took {took}.")
        };
        out
    }

    fn latencies(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "  {:<20}{:>10}{:>13}{:>10}{:>10}{:>10}",
            "", "measured", "statements", "p50", "p99", "longest"
        );
        for (period, lasted) in &self.periods {
            line(&mut out, period.title(), *lasted, &self.summary(*period));
        }
        let during = self.periods.iter().filter(|(period, _)| period.of_the_migration());
        line(&mut out, "whole migration", during.map(|(_, lasted)| *lasted).sum(), &self.during());
        let _ = writeln!(
            out,
            "\n  Latency counts from when a statement was due, waiting behind others included; each stage with the second\n  \
             after it. PostgreSQL {}, fsync on: every commit waits for the disk.\n",
            self.server
        );
        out
    }

    /// What went wrong, in the words of those it happened to.
    fn facts(&self) -> impl Iterator<Item = &String> {
        let met = self.releases.iter().flat_map(|(_, tally)| [&tally.first_failure, &tally.first_difference]);
        met.chain([&self.compared.first]).flatten()
    }

    /// For a program.
    pub fn json(&self) -> Value {
        let periods: Vec<Value> = self
            .periods
            .iter()
            .map(|(period, lasted)| {
                let mut figures = figures(&self.summary(*period));
                figures["stage"] = json!(period);
                figures["seconds"] = json!(lasted.as_secs_f64());
                figures
            })
            .collect();
        let releases: Vec<Value> = self
            .releases
            .iter()
            .map(|(release, tally)| {
                json!({
                    "release": release,
                    "statements": tally.served(),
                    "failures": tally.failures,
                    "first_failure": tally.first_failure,
                    "rows_read": tally.compared,
                    "rows_read_different": tally.different,
                    "first_difference": tally.first_difference,
                })
            })
            .collect();
        let compared = &self.compared;
        json!({
            "schema_version": 1,
            "passed": self.passed(),
            "server": self.server,
            "fsync": true,
            "rows_loaded": self.rows,
            "seconds": self.took.as_secs_f64(),
            "failures": self.failures(),
            "different": self.different(),
            "stages": periods,
            "migration": figures(&self.during()),
            "releases": releases,
            "compared": {
                "rows": compared.rows,
                "different": compared.different,
                "first_difference": compared.first,
                "last_written_by": { "v1": compared.by_old, "v2": compared.by_new },
            },
        })
    }
}

fn line(out: &mut String, title: &str, lasted: Duration, summary: &Summary) {
    let Summary { statements, p50, p99, longest } = summary;
    let _ = writeln!(
        out,
        "  {title:<20}{:>10}{:>13}{:>10}{:>10}{:>10}",
        time(lasted),
        count(*statements as i64),
        millis(*p50),
        millis(*p99),
        millis(*longest)
    );
}

fn millis(latency: Duration) -> String {
    format!("{:.1} ms", latency.as_secs_f64() * 1000.0)
}

fn figures(summary: &Summary) -> Value {
    let ms = |latency: Duration| (latency.as_secs_f64() * 1e6).round() / 1e3;
    json!({
        "statements": summary.statements,
        "p50_ms": ms(summary.p50),
        "p99_ms": ms(summary.p99),
        "longest_ms": ms(summary.longest),
    })
}
