//! Everything that people and machines read. The only part of the crate that prints.

mod contract_effects;
mod error;
mod fleet;
mod fleet_status;
pub mod page;
mod plan;
mod progress;
mod rehearsal;
mod status;
mod trace;

use std::io::{IsTerminal, Write};

pub use crate::text::{count, visible};
pub use contract_effects::human as contract_effects;
pub use error::render as render_error;
pub use fleet::{FleetProgress, plans as fleet_plans, report as fleet_report, targets as fleet_targets};
pub use fleet_status::{Drifts, status as fleet_status};
pub use plan::{brief as plan_brief, for_stage as stage_human, human as plan_human, json as plan_json};
pub use progress::Progress;
pub use rehearsal::{human as rehearsal_human, json as rehearsal_json};
pub use status::{Applying, MigrationStatus, TableStatus, human as status_human};
pub use trace::Traced;

use crate::error::{Error, Kind, Result};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A person.
    Human,
    /// A program: one JSON document on standard output.
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR`, `CLICOLOR=0` or `TERM=dumb` says no; with `CLICOLOR_FORCE` always
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Where output goes and how it looks.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// Who reads.
    pub format: Format,
    /// Colour on standard output and standard error.
    pub color: bool,
    /// Errors and results only.
    pub quiet: bool,
    /// Every statement as it runs.
    pub verbose: bool,
}

impl Printer {
    /// Decides about colour.
    pub fn new(format: Format, color: Color, quiet: bool, verbose: bool) -> Self {
        let wanted = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if anstyle_query::no_color() => false,
            Color::Auto if anstyle_query::clicolor_force() => true,
            Color::Auto => {
                anstyle_query::clicolor() != Some(false)
                    && anstyle_query::term_supports_color()
                    && std::io::stdout().is_terminal()
                    && std::io::stderr().is_terminal()
            }
        };
        Self { format, color: wanted, quiet, verbose }
    }

    /// How many columns a line may have, where a person looks at a terminal.
    pub fn width(&self) -> Option<u16> {
        terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0)
    }

    /// A result, on standard output. A reader that has gone away is not an error. Names of files and objects, and SQL,
    /// are others' words: of what would move a terminal only our own bold goes out.
    pub fn out(&self, text: &str) {
        let _ = writeln!(std::io::stdout(), "{}", self.shown(text));
    }

    fn shown(&self, text: &str) -> String {
        let text = visible(text.trim_end());
        if self.color { text.replace(BOLD, "\u{1b}[1m").replace(PLAIN, "\u{1b}[0m") } else { text }
    }

    /// A report that somebody keeps, on standard output. Only a reader that has gone away may miss its end.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn report(&self, text: &str) -> Result<()> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::new(Kind::Failed, format!("the report can't be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// A JSON document, on standard output.
    pub fn json(&self, document: &serde_json::Value) {
        let _ = writeln!(std::io::stdout(), "{document:#}");
    }

    /// What a person wants to know on the way, on standard error.
    pub fn say(&self, text: &str) {
        if !self.quiet && self.format == Format::Human {
            let _ = writeln!(std::io::stderr(), "{}", self.shown(text));
        }
    }

    /// An error: for people on standard error, for machines as the one document on standard output.
    pub fn error(&self, error: &Error) {
        match self.format {
            Format::Json => self.json(&error.to_json()),
            Format::Human => {
                let _ = writeln!(std::io::stderr(), "{}", render_error(error, self.color).trim_end());
            }
        }
    }

    /// Bold, where there is colour.
    pub fn strong(&self, text: &str) -> String {
        if self.color { format!("{BOLD}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// Where bold begins and ends, until it is printed: characters that nobody has a use for (Unicode, private use), since
/// escape sequences among others' words are made visible.
const BOLD: &str = "\u{f8f0}";
const PLAIN: &str = "\u{f8f1}";

/// A length of time, to the precision that people read.
pub fn time(took: std::time::Duration) -> String {
    let ms = took.as_millis();
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{:.1} s", took.as_secs_f64()),
        _ => format!("{} min {} s", ms / 60_000, ms / 1000 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_bold_reaches_a_terminal() {
        let of = |color| Printer::new(Format::Human, color, false, false);
        let hostile = "a\u{1b}[31mb\u{1b}]0;title\u{7}";
        let text = format!("{} {hostile}", of(Color::Always).strong("expand"));
        let told = "a␛[31mb␛]0;title␇";
        assert_eq!(of(Color::Always).shown(&text), format!("\u{1b}[1mexpand\u{1b}[0m {told}"));
        assert_eq!(of(Color::Never).shown(hostile), told);
    }

    #[test]
    fn times_read_well() {
        assert_eq!(time(std::time::Duration::from_millis(61_500)), "1 min 1 s");
    }
}
