//! What went wrong, what to do about it, and the exit code that says so to a pipeline.

use std::fmt;

use serde::Serialize;

use crate::migration::source::{Position, Source, Span};

/// Why midflight stopped. Each kind is one exit code; docs/exit-codes.md lists them for users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something failed that has no kind of its own; state is kept.
    Failed,
    /// The command line, the configuration or a migration file is wrong.
    Usage,
    /// Lint findings at or above `--fail-on`.
    Findings,
    /// A gate, a soak time or a release rule says wait; nothing changed.
    NotYet,
    /// Work is pending (`--check`, `--stale`).
    Pending,
    /// midflight could not get a lock within the budget.
    LockBudget,
    /// Throttled past the deadline.
    Throttled,
    /// Another runner holds the lease.
    LeaseHeld,
    /// The lease was lost; the batch in hand was undone.
    LeaseLost,
    /// Verification found rows that differ.
    WrongRows,
    /// Rows that can't be converted, or that violate a constraint.
    BadRows,
    /// File, catalog or trigger is not what was recorded.
    Drift,
    /// Refused: unsafe, or no plan is known.
    Refused,
    /// A rehearsal ends differently by psql's way and by the plan.
    Differs,
    /// The database can't be reached, or is read-only.
    Unreachable,
    /// Interrupted; resumable.
    Interrupted,
}

impl Kind {
    /// The exit code of the process.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Findings => 3,
            Self::NotYet => 4,
            Self::Pending => 5,
            Self::LockBudget => 10,
            Self::Throttled => 11,
            Self::LeaseHeld => 12,
            Self::LeaseLost => 13,
            Self::WrongRows => 20,
            Self::BadRows => 21,
            Self::Drift => 22,
            Self::Refused => 23,
            Self::Differs => 24,
            Self::Unreachable => 30,
            Self::Interrupted => 130,
        }
    }

    /// Those after which the same command may succeed later without anybody changing anything.
    pub const RETRYABLE: [Self; 7] = [
        Self::NotYet,
        Self::LockBudget,
        Self::Throttled,
        Self::LeaseHeld,
        Self::LeaseLost,
        Self::Unreachable,
        Self::Interrupted,
    ];

    /// Whether the same command may succeed later without anybody changing anything.
    pub fn retryable(self) -> bool {
        Self::RETRYABLE.contains(&self)
    }
}

/// A place in a file, with the line for showing it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// The file.
    pub path: String,
    /// Where it starts.
    #[serde(flatten)]
    pub start: Position,
    /// One past where it ends.
    #[serde(skip)]
    pub end: Position,
    /// The text of the line it starts on.
    #[serde(skip)]
    pub line_text: String,
}

impl Place {
    /// The place of a span in a file.
    pub fn of(source: &Source, span: Span) -> Self {
        let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
        let line_text = source.text.lines().nth(start.line - 1).unwrap_or_default().to_owned();
        Self { path: source.path.clone(), start, end, line_text }
    }
}

/// An error a user meets: message, place, what to do, exit code.
#[derive(Debug, Clone)]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// What happened: lower case, no full stop, SQL and commands in backticks.
    pub message: String,
    /// Where in a file, when the file is to blame.
    pub place: Option<Box<Place>>,
    /// Facts that help: offending rows, blockers, what the server said. One line each.
    pub details: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The command that goes on from here.
    pub resume: Option<String>,
    /// The output has told it already: only the exit code is left to say.
    pub reported: bool,
}

/// The result of anything a user can make fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            place: None,
            details: Vec::new(),
            hint: None,
            resume: None,
            reported: false,
        }
    }

    /// Wrong input: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Refused: exit 23.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the file and the place in it. The first place named stays: it is the nearest.
    #[must_use]
    pub fn at(mut self, source: &Source, span: Span) -> Self {
        self.place.get_or_insert_with(|| Box::new(Place::of(source, span)));
        self
    }

    /// Adds a line of facts.
    #[must_use]
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Adds lines of facts.
    #[must_use]
    pub fn details(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(lines);
        self
    }

    /// Names the command that goes on from here.
    #[must_use]
    pub fn resume(mut self, command: impl Into<String>) -> Self {
        self.resume = Some(command.into());
        self
    }

    /// Marks it as told already.
    #[must_use]
    pub fn reported(mut self) -> Self {
        self.reported = true;
        self
    }

    /// The JSON form: `{"error": {...}}`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "error": {
            "code": self.kind.exit_code(),
            "message": self.message,
            "place": self.place,
            "details": self.details,
            "hint": self.hint,
            "retryable": self.kind.retryable(),
            "resume": self.resume,
        }})
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Errors that only travelled come out as plain failures with their whole chain.
impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => own,
            Err(other) => Self::new(Kind::Failed, format!("{other:#}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_shows_its_line() {
        let source = Source::new("m.sql", "one\ntwo three\n");
        let error = Error::usage("bad").at(&source, Span::new(8, 13));
        let place = error.place.clone().unwrap();
        assert_eq!((place.start.line, place.start.column, place.line_text.as_str()), (2, 5, "two three"));
        assert_eq!(error.to_json()["error"]["place"]["line"], 2);
    }
}
