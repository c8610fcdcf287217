//! Columns that get their values from PostgreSQL: identity columns and their sequences, generated columns.

use serde::{Deserialize, Serialize};

use super::operation::{Name, SqlText, TableRef, is_false};
use super::source::Located;

/// `ALTER TABLE … ALTER COLUMN … ADD GENERATED … AS IDENTITY`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddIdentity {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// Everything after `GENERATED`: `BY DEFAULT AS IDENTITY (START WITH 1000)`.
    pub generated: SqlText,
}

/// `ALTER TABLE … ALTER COLUMN … SET GENERATED …`, `SET INCREMENT BY …`, `RESTART …`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetIdentity {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// The changes, as SQL writes them: `SET GENERATED ALWAYS SET CACHE 10 RESTART WITH 1000`.
    pub to: SqlText,
}

/// `ALTER TABLE … ALTER COLUMN … DROP IDENTITY`, or `DROP EXPRESSION`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropGeneration {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// Accept a column that is none of the kind.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
}

/// Where a column gets its values: what follows `GENERATED`.
#[derive(Debug, Clone, PartialEq)]
pub enum Generation {
    /// `AS IDENTITY`
    Identity(IdentityClause),
    /// `AS (…)`
    Computed {
        /// The expression.
        expression: String,
        /// Whether `STORED` is written.
        stored: bool,
    },
}

/// `ALWAYS AS IDENTITY (START WITH 1000)` in parts.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityClause {
    /// `ALWAYS`, as opposed to `BY DEFAULT`.
    pub always: bool,
    /// `SEQUENCE NAME`
    pub sequence: Option<TableRef>,
    /// All other options, each as written.
    pub options: Vec<SequenceOption>,
}

/// One option of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SequenceOption {
    /// Which one.
    pub kind: OptionKind,
    /// As written, without a `SET` before it.
    pub text: String,
    /// Its number, where it has one.
    pub number: Option<i64>,
}

/// What an option of a sequence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// `AS bigint`
    Type,
    /// `START WITH 1`
    Start,
    /// `RESTART`, `RESTART WITH 1`
    Restart,
    /// `INCREMENT BY 1`
    Increment,
    /// `MINVALUE`, `MAXVALUE`, `CACHE`, `CYCLE`, `OWNED BY`, `LOGGED`
    Other,
}

/// One part of a [`SetIdentity`].
#[derive(Debug, Clone, PartialEq)]
pub enum IdentityChange {
    /// `SET GENERATED ALWAYS`, or `BY DEFAULT`.
    Generated {
        /// `ALWAYS`
        always: bool,
    },
    /// An option of the sequence.
    Option(SequenceOption),
}

impl IdentityClause {
    /// The first value that the sequence gives.
    pub fn start(&self) -> i64 {
        let number = |kind: OptionKind| {
            self.options.iter().rev().find(|option| option.kind == kind).and_then(|option| option.number)
        };
        let down = number(OptionKind::Increment).is_some_and(|by| by < 0);
        number(OptionKind::Restart).or_else(|| number(OptionKind::Start)).unwrap_or(if down { -1 } else { 1 })
    }

    /// Whether it counts down.
    pub fn descends(&self) -> bool {
        let mut options = self.options.iter();
        options.any(|option| option.kind == OptionKind::Increment && option.number.is_some_and(|by| by < 0))
    }

    /// The options of its sequence, as `CREATE SEQUENCE` takes them.
    pub fn written_options(&self) -> String {
        self.options.iter().map(|option| format!(" {}", option.text)).collect()
    }
}
