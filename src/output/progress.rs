//! Events as they happen: lines and a bar on a terminal, lines and a sign of life every 30 s elsewhere, nothing for
//! machines.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Format, Printer, count, time};
use crate::exec::{Event, Listener};
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
}

impl Progress {
    /// Shows what the printer wants shown.
    pub fn new(printer: Printer) -> Self {
        let hidden = printer.quiet || printer.format == Format::Json;
        // On anything but a terminal indicatif draws nothing.
        let target = if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let now = Instant::now();
        let state = State { doing: "", last_line: now, started: now, rows_at_start: 0 };
        Self { printer, bar: ProgressBar::with_draw_target(Some(0), target), state: Mutex::new(state) }
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| self.printer.say(text));
    }

    fn rows(&self, event: &Event<'_>) {
        let Event::Rows { doing, table, rows, rows_total, pages, pages_total } = event else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.doing != *doing {
            let now = Instant::now();
            *state = State { doing, last_line: now, started: now, rows_at_start: *rows };
            self.bar.reset();
            self.bar.set_length(pages_total.unsigned_abs());
            let template = "  {prefix} [{bar:30}] {percent}%  {msg}  {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style.progress_chars("=> "));
            }
            self.bar.set_prefix(format!("{doing} {table}"));
        }
        let elapsed = state.started.elapsed().as_secs_f64().max(0.001);
        let rate = (rows - state.rows_at_start) as f64 / elapsed;
        let numbers =
            format!("{} of about {} rows, {} rows/s", count(*rows), count(*rows_total), count(rate as i64));
        self.bar.set_position(pages.unsigned_abs());
        self.bar.set_message(numbers.clone());
        if self.bar.is_hidden() && state.last_line.elapsed() >= SIGN_OF_LIFE {
            state.last_line = Instant::now();
            let percent = 100 * pages / pages_total.max(&1);
            self.line(&format!("  {doing} {table}: {percent}%, {numbers}"));
        }
    }
}

impl Listener for Progress {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::StageStarted { migration, stage, resumed } => {
                let how = if *resumed { " (resumed)" } else { "" };
                self.line(&format!("{} {migration}{how}", self.printer.strong(stage.name())));
            }
            Event::StageSkipped { migration, stage } => {
                self.line(&format!("{} {migration}: nothing to do", stage.name()));
            }
            Event::StageDone { migration, stage, took } => {
                self.line(&format!("{} in {}{}", past(*stage), time(*took), next(*stage, migration)));
            }
            Event::StepStarted { step } if self.printer.verbose => {
                self.line(&format!("  {:<12} {}", step.id, step.summary));
                for sql in &step.sql {
                    self.line(&format!("    | {}", sql.replace('\n', "\n    | ")));
                }
            }
            Event::StepStarted { .. } => {}
            Event::StepDone { step, took } => {
                self.line(&format!("  {:<12} {} ({})", step.id, step.summary, time(*took)));
            }
            Event::StepUndone { step } => self.line(&format!("  undone       {}", step.summary)),
            Event::LockRetry { attempt, wait, blockers } => {
                self.line(&format!(
                    "  lock not acquired, attempt {attempt}; trying again in {}",
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
            Event::RowsDone { doing, table, rows, took } => {
                self.bar.finish_and_clear();
                self.state.lock().unwrap_or_else(PoisonError::into_inner).doing = "";
                let what = match *doing {
                    "try" => "expressions tried on every row of",
                    "backfill" => "rows converted in",
                    _ => "every row compared in",
                };
                let numbers = if *doing == "backfill" { format!("{} ", count(*rows)) } else { String::new() };
                self.line(&format!("  {doing:<12} {numbers}{what} {table} ({})", time(*took)));
            }
            Event::Note(text) => self.line(&format!("  note         {text}")),
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
    }
}

fn next(stage: Stage, migration: &str) -> String {
    match stage {
        Stage::Expand => format!(
            "; both releases work now. Next: deploy the new release, then `midflight backfill {migration}`"
        ),
        Stage::Backfill | Stage::Verify => {
            format!(
                "; next: once the old release is gone, `midflight contract {migration}`; until then `midflight rollback {migration}` goes back"
            )
        }
        Stage::Contract | Stage::Rollback => String::new(),
    }
}
