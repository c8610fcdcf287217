//! Events as they happen: lines and a bar on a terminal, lines and a sign of life every 30 s elsewhere, nothing for
//! machines.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Format, Printer, count, time, visible};
use crate::exec::{Event, Hold, Listener, Next};
use crate::ident::TableName;
use crate::state::Stage;

/// How often a log without a terminal hears of long work.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// Shows a run.
pub struct Progress {
    printer: Printer,
    bar: ProgressBar,
    state: Mutex<State>,
}

struct State {
    doing: &'static str,
    last_line: Instant,
    started: Instant,
    rows_at_start: i64,
    pages_at_start: i64,
    /// Time spent waiting, which says nothing about the pace.
    waited: Duration,
    /// What the last line about waiting named.
    waits_for: Vec<String>,
    /// Whether there was a line about the wait that is going on.
    told: bool,
}

impl State {
    fn new(doing: &'static str, rows_at_start: i64, pages_at_start: i64) -> Self {
        let now = Instant::now();
        Self {
            doing,
            last_line: now,
            started: now,
            rows_at_start,
            pages_at_start,
            waited: Duration::ZERO,
            waits_for: Vec::new(),
            told: false,
        }
    }

    /// Whether a log without a terminal should hear something again.
    fn silent_for_long(&mut self) -> bool {
        let long = self.last_line.elapsed() >= SIGN_OF_LIFE;
        if long {
            self.last_line = Instant::now();
        }
        long
    }

    /// Whether a wait for this is worth a line: not again and again when the work stops and goes.
    fn worth_telling(&mut self, waits_for: Vec<String>) -> bool {
        let worth = self.silent_for_long() || self.waits_for != waits_for;
        self.waits_for = waits_for;
        self.told |= worth;
        worth
    }
}

impl Progress {
    /// Shows what the printer wants shown.
    pub fn new(printer: Printer) -> Self {
        let hidden = printer.quiet || printer.format == Format::Json;
        // On anything but a terminal indicatif draws nothing.
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        Self { printer, bar, state: Mutex::new(State::new("", 0, 0)) }
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| self.printer.say(text));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rows(&self, event: &Event<'_>) {
        let Event::Rows { doing, table, rows, rows_total, pages, pages_total } = event else { return };
        let mut state = self.state();
        let begins = state.doing != *doing;
        if begins {
            *state = State::new(doing, *rows, *pages);
            self.begin_bar(&format!("{doing} {table}"), pages_total.unsigned_abs());
        }
        let worked = state.started.elapsed().saturating_sub(state.waited);
        let rate = (rows - state.rows_at_start) as f64 / worked.as_secs_f64().max(0.001);
        let mut numbers = format!("{} of about {} rows", count(*rows), count(*rows_total));
        if !begins {
            numbers.push_str(&format!(", {} rows/s", count(rate as i64)));
        }
        if let Some(left) = time_left(worked, pages - state.pages_at_start, pages_total - pages) {
            numbers.push_str(&format!(", {} left", time(left)));
        }
        self.bar.set_position(pages.unsigned_abs());
        self.bar.set_message(numbers.clone());
        if self.bar.is_hidden() && state.silent_for_long() {
            let percent = 100 * pages / pages_total.max(&1);
            self.line(&format!("  {doing:<12} {table}: {percent}%, {numbers}"));
        }
    }

    fn held(&self, doing: &str, table: &TableName, hold: &Hold, waited: Duration) {
        let mut state = self.state();
        state.waited += waited;
        self.bar.set_message(visible(&format!("waits: {hold}")));
        let cure =
            if matches!(hold, Hold::Paused { .. }) { "; `midflight resume` lets it go on" } else { "" };
        let waits_for = hold.names().into_iter().map(str::to_owned).collect();
        if state.worth_telling(waits_for) {
            self.line(&format!("  waits        {doing} of {table}: {hold}{cure}"));
        }
    }

    fn soaking(&self, migration: &str, passed: Duration, wanted: Duration, doubts: &[String]) {
        let mut state = self.state();
        let how_far = format!("{} of {}", time(passed), time(wanted));
        if state.doing != "soak" {
            *state = State::new("soak", 0, 0);
            self.begin_bar(&format!("soak {migration}"), wanted.as_secs());
            self.line(&format!("{} {migration} for {}", self.printer.strong("soak"), time(wanted)));
        }
        let says = if doubts.is_empty() { "all gates are open".to_owned() } else { doubts.join("; ") };
        self.bar.set_position(passed.as_secs().min(wanted.as_secs()));
        self.bar.set_message(visible(&format!("{how_far}, {says}")));
        if state.waits_for != doubts {
            state.waits_for = doubts.to_vec();
            state.last_line = Instant::now();
            self.line(&format!("  {says}"));
        } else if self.bar.is_hidden() && state.silent_for_long() {
            self.line(&format!("  {how_far}, {says}"));
        }
    }

    fn begin_bar(&self, prefix: &str, length: u64) {
        self.bar.set_prefix(visible(prefix));
        self.bar.set_message("");
        self.bar.reset();
        self.bar.set_length(length);
        let template = "  {prefix} [{bar:30}] {percent}%  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
    }

    fn end_bar(&self) {
        self.bar.finish_and_clear();
        self.state().doing = "";
    }

    fn released(&self, waited: Duration) {
        let mut state = self.state();
        if std::mem::take(&mut state.told) {
            self.line(&format!("  goes on      after {}", time(waited)));
        }
    }
}

/// The time left at the pace so far, once there is one: after ten seconds of work and a hundredth of the way.
fn time_left(worked: Duration, done: i64, left: i64) -> Option<Duration> {
    let all = done + left;
    if worked < Duration::from_secs(10) || done <= 0 || left < 0 || done * 100 < all {
        return None;
    }
    Some(worked.mul_f64(left as f64 / done as f64))
}

impl Listener for Progress {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::StageStarted { migration, stage, resumed } => {
                let how = if *resumed { " (resumed)" } else { "" };
                let migration = visible(migration);
                self.line(&format!("{} {migration}{how}", self.printer.strong(stage.name())));
            }
            Event::StageSkipped { migration, stage } => {
                self.line(&visible(&format!("{} {migration}: nothing to do", stage.name())));
            }
            Event::StageDone { migration, stage, took, next } => {
                let then = visible(&then(*next, migration));
                self.line(&format!("{} in {}{then}", past(*stage), time(*took)));
            }
            Event::StepStarted { step } if self.printer.verbose => {
                self.line(&visible(&format!("  {:<12} {}", step.id, step.summary)));
                for sql in &step.sql {
                    self.line(&visible(&format!("    | {}", sql.replace('\n', "\n    | "))));
                }
            }
            Event::StepStarted { .. } => {}
            Event::StepDone { step, took } => {
                self.line(&visible(&format!("  {:<12} {} ({})", step.id, step.summary, time(*took))));
            }
            Event::StepUndone { step } => self.line(&visible(&format!("  undone       {}", step.summary))),
            Event::StepLeft { step, why } => {
                self.line(&visible(&format!("  left         {}: {why}", step.summary)));
            }
            Event::LockRetry { tables, attempt, wait, blockers } => {
                let on = match tables {
                    [] => String::new(),
                    [table] => format!(" on {table}"),
                    [table, others @ ..] => format!(" on {table} and {} more", others.len()),
                };
                self.line(&format!(
                    "  lock not acquired{on}, attempt {attempt}; trying again in {}",
                    time(*wait)
                ));
                for blocker in *blockers {
                    self.line(&format!("    {blocker}"));
                }
            }
            Event::RowsHeld { table, rows, wait, holders } => {
                self.line(&format!("  {rows} row(s) of {table} are locked; trying again in {}", time(*wait)));
                for holder in *holders {
                    self.line(&format!("    {holder}"));
                }
            }
            Event::Rows { .. } => self.rows(event),
            Event::Held { doing, table, hold, waited } => self.held(doing, table, hold, *waited),
            Event::Released { waited } => self.released(*waited),
            Event::Sampled { .. } => {}
            Event::RowsDone { doing, table, rows, took } => {
                self.end_bar();
                let what = match *doing {
                    "try" => "expressions tried on every row of",
                    "backfill" => "rows converted in",
                    "update" => "rows updated in",
                    "delete" => "rows deleted from",
                    "insert" => "rows inserted from",
                    _ => "every row compared in",
                };
                let numbers = if !matches!(*doing, "try" | "verify") {
                    format!("{} ", count(*rows))
                } else {
                    String::new()
                };
                self.line(&format!("  {doing:<12} {numbers}{what} {table} ({})", time(*took)));
            }
            Event::Soaking { migration, passed, wanted, doubts } => {
                self.soaking(migration, *passed, *wanted, doubts);
            }
            Event::Soaked => self.end_bar(),
            Event::Note(text) => self.line(&visible(&format!("  note         {text}"))),
        }
    }
}

fn past(stage: Stage) -> &'static str {
    match stage {
        Stage::Expand => "expanded",
        Stage::Backfill => "backfilled and verified",
        Stage::Verify => "verified",
        Stage::Contract => "contracted",
        Stage::Rollback => "rolled back",
        Stage::Undo => "undone",
        Stage::Purge => "purged",
        Stage::Amend => "amended",
    }
}

fn then(next: Next, migration: &str) -> String {
    let back = format!("until then `midflight rollback {migration}` goes back");
    match next {
        Next::Backfill => format!(
            "; both releases work now. Next: deploy the new release, then `midflight backfill {migration}`"
        ),
        Next::BackfillAtOnce => "; both releases work now".to_owned(),
        Next::Contract => {
            format!("; next: once the old release is gone, `midflight contract {migration}`; {back}")
        }
        Next::LaterRelease => {
            format!("; next: the `midflight advance` of a later release contracts it; {back}")
        }
        Next::Complete => {
            format!("; nothing is left to do. The next release's `midflight advance` closes it; {back}")
        }
        Next::Over => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_told_before_it_means_something() {
        let seconds = Duration::from_secs;
        assert_eq!(time_left(seconds(9), 50, 50), None);
        assert_eq!(time_left(seconds(20), 1, 999), None);
        assert_eq!(time_left(seconds(20), 0, 0), None);
        assert_eq!(time_left(seconds(20), 25, 75), Some(seconds(60)));
    }

    #[test]
    fn a_wait_that_comes_and_goes_is_told_once() {
        let mut state = State::new("backfill", 0, 0);
        let lag = || vec!["replica_lag_bytes".to_owned()];
        assert!(state.worth_telling(lag()));
        assert!(!state.worth_telling(lag()));
        assert!(state.worth_telling(vec!["pause".to_owned()]));
    }
}
