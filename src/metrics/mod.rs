//! Figures of a running command for Prometheus: `--metrics`.

mod export;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus::core::Collector;
use prometheus::{CounterVec, GaugeVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};

pub use export::{Exporter, Target};

use crate::exec::{Event, Hold, Listener};

/// Every metric. docs/metrics.md lists them.
pub struct Metrics {
    registry: Registry,
    running: IntGaugeVec,
    stage_seconds: GaugeVec,
    steps: IntCounterVec,
    lock_retries: IntCounterVec,
    rows: IntGaugeVec,
    rows_expected: IntGaugeVec,
    pages: IntGaugeVec,
    pages_expected: IntGaugeVec,
    progress_at: GaugeVec,
    held: IntGaugeVec,
    held_seconds: CounterVec,
    pressure: GaugeVec,
    exit_code: IntGaugeVec,
    /// The reasons that were last named for holding work up.
    reasons: Mutex<HashSet<String>>,
}

impl Metrics {
    /// All of them at their beginnings.
    ///
    /// # Errors
    /// None that a run could meet: names and labels are constants.
    pub fn new() -> Result<Self, prometheus::Error> {
        let all = Registry::new();
        let metrics = Self {
            running: add(
                &all,
                IntGaugeVec::new,
                "midflight_stage_running",
                "1 while a stage of a migration is at work, 0 after it",
                &["migration", "stage"],
            )?,
            stage_seconds: add(
                &all,
                GaugeVec::new,
                "midflight_stage_duration_seconds",
                "how long the last run of a stage took that was completed",
                &["migration", "stage"],
            )?,
            steps: add(&all, IntCounterVec::new, "midflight_steps_total", "steps done", &[])?,
            lock_retries: add(
                &all,
                IntCounterVec::new,
                "midflight_lock_retries_total",
                "attempts for a lock that ran into their timeout",
                &[],
            )?,
            rows: add(
                &all,
                IntGaugeVec::new,
                "midflight_rows_done",
                "rows of a table that were written (backfill) or read (try, verify), earlier runs included",
                &["doing", "table"],
            )?,
            rows_expected: add(
                &all,
                IntGaugeVec::new,
                "midflight_rows_expected",
                "the server's estimate of the rows of a table",
                &["doing", "table"],
            )?,
            pages: add(
                &all,
                IntGaugeVec::new,
                "midflight_pages_done",
                "how far the work is on its way through a table",
                &["doing", "table"],
            )?,
            pages_expected: add(
                &all,
                IntGaugeVec::new,
                "midflight_pages_expected",
                "the length of that way",
                &["doing", "table"],
            )?,
            progress_at: add(
                &all,
                GaugeVec::new,
                "midflight_last_progress_timestamp_seconds",
                "when a batch of a table was last done",
                &["doing", "table"],
            )?,
            held: add(
                &all,
                IntGaugeVec::new,
                "midflight_held",
                "1 while batches wait for this reason: a key of `throttle`, `gate NAME`, `pause` or `unknown`; 0 after that",
                &["reason"],
            )?,
            held_seconds: add(
                &all,
                CounterVec::new,
                "midflight_held_seconds_total",
                "how long batches have waited for a reason",
                &["reason"],
            )?,
            pressure: add(
                &all,
                GaugeVec::new,
                "midflight_throttle_pressure_ratio",
                "a measure as a share of its limit; batches wait above 1",
                &["signal"],
            )?,
            exit_code: add(
                &all,
                IntGaugeVec::new,
                "midflight_exit_code",
                "the exit code, once the command has ended; in files only",
                &[],
            )?,
            reasons: Mutex::default(),
            registry: all,
        };
        // A counter that was never seen can't be told from one that is missing.
        metrics.steps.with_label_values::<&str>(&[]);
        metrics.lock_retries.with_label_values::<&str>(&[]);
        Ok(metrics)
    }

    /// The text that Prometheus reads.
    fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }

    /// Notes how the command ended.
    fn end(&self, code: u8) {
        self.exit_code.with_label_values::<&str>(&[]).set(code.into());
        // Nothing runs any more, and nothing is held up.
        self.running.reset();
        self.held.reset();
    }

    fn rows(&self, event: &Event<'_>) {
        let Event::Rows { doing, table, rows, rows_total, pages, pages_total } = event else { return };
        let labels = [*doing, &table.to_string()];
        for (gauge, value) in [
            (&self.rows, *rows),
            (&self.rows_expected, *rows_total),
            (&self.pages, *pages),
            (&self.pages_expected, *pages_total),
        ] {
            gauge.with_label_values(&labels).set(value);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.progress_at.with_label_values(&labels).set(now.as_secs_f64());
    }

    /// Reasons that no longer hold go back to 0.
    fn hold(&self, hold: Option<&Hold>, waited: f64) {
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        for reason in reasons.drain() {
            self.held.with_label_values(&[&reason]).set(0);
        }
        let names: Vec<&str> = hold.map(Hold::names).unwrap_or_default();
        for name in names {
            self.held.with_label_values(&[name]).set(1);
            self.held_seconds.with_label_values(&[name]).inc_by(waited);
            reasons.insert(name.to_owned());
        }
    }
}

/// Makes a metric and registers it.
fn add<M: Collector + Clone + 'static>(
    registry: &Registry,
    make: impl Fn(Opts, &[&str]) -> Result<M, prometheus::Error>,
    name: &str,
    help: &str,
    labels: &[&str],
) -> Result<M, prometheus::Error> {
    let metric = make(Opts::new(name, help), labels)?;
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

impl Listener for Metrics {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::StageStarted { migration, stage, .. } => {
                self.running.with_label_values(&[migration, stage.name()]).set(1);
            }
            Event::StageDone { migration, stage, took, .. } => {
                self.running.with_label_values(&[migration, stage.name()]).set(0);
                self.stage_seconds.with_label_values(&[migration, stage.name()]).set(took.as_secs_f64());
            }
            Event::StepDone { .. } => self.steps.with_label_values::<&str>(&[]).inc(),
            Event::LockRetry { .. } => self.lock_retries.with_label_values::<&str>(&[]).inc(),
            Event::Rows { .. } => self.rows(event),
            Event::Held { hold, waited, .. } => self.hold(Some(hold), waited.as_secs_f64()),
            Event::Released { .. } => self.hold(None, 0.0),
            Event::Sampled { signal, pressure } => self.pressure.with_label_values(&[signal]).set(*pressure),
            Event::StageSkipped { .. }
            | Event::StepStarted { .. }
            | Event::StepUndone { .. }
            | Event::StepLeft { .. }
            | Event::RowsHeld { .. }
            | Event::RowsDone { .. }
            | Event::Soaking { .. }
            | Event::Soaked
            | Event::Note(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// Every name in backticks or quotes.
    fn names(text: &str) -> BTreeSet<&str> {
        text.split(['`', '"', '{', '}']).filter(|word| word.starts_with("midflight_")).collect()
    }

    #[test]
    fn docs_list_every_metric() {
        let code = include_str!("mod.rs").split("mod tests").next().unwrap_or_default();
        assert_eq!(names(code), names(include_str!("../../docs/metrics.md")));
    }
}
