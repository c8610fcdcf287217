//! The statements of a file, and how each may be sent.

use crate::migration::source::Span;
use crate::migration::{self, Migration};

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement<'a> {
    /// Where it stands.
    pub span: Span,
    /// As written, without its semicolon.
    pub sql: &'a str,
    /// How it may be sent.
    pub manner: Manner,
}

/// How a statement may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// In whatever transaction is open, or in one of its own.
    Plain,
    /// It begins or ends transactions, or parts of them.
    TransactionControl,
    /// It changes the session, and locks nothing. `SET TRANSACTION` must come before any query.
    Setting,
    /// PostgreSQL refuses it outside a transaction: it must not get one from us.
    OnlyInTransaction,
    /// Not at all.
    Never(&'static str),
}

const META_COMMAND: &str = "a command of psql";
const COPY_DATA: &str = "COPY with data from or to the client";
/// Why a YAML migration isn't run.
pub const YAML: &str = "YAML is carried out by midflight in stages; `midflight plan` says what each locks";
/// Why a statement behind a failed one isn't.
pub const FAILED_BEFORE: &str = "its transaction has failed";

/// Cuts a file.
pub fn of(migration: &Migration) -> Vec<Statement<'_>> {
    let source = &migration.source;
    if !migration.is_sql() {
        let span = Span::new(0, source.text.len());
        return vec![Statement { span, sql: &source.text, manner: Manner::Never(YAML) }];
    }
    let spans = migration::statements(source).into_iter();
    spans
        .map(|span| Statement { span, sql: source.slice(span), manner: manner(source.slice(span)) })
        .collect()
}

impl Statement<'_> {
    /// Its beginning, on one line.
    pub fn head(&self) -> String {
        const LONGEST: usize = 100;
        let line = self.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    /// Whether it empties tables: they get new files then, to which nothing is written.
    pub fn is_truncate(&self) -> bool {
        first_word(self.sql) == "TRUNCATE"
    }
}

fn manner(sql: &str) -> Manner {
    match first_word(sql).as_str() {
        _ if sql.starts_with('\\') => Manner::Never(META_COMMAND),
        "COPY" if ["STDIN", "STDOUT"].iter().any(|word| migration::mentions(sql, word)) => {
            Manner::Never(COPY_DATA)
        }
        "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" | "PREPARE" => {
            Manner::TransactionControl
        }
        "SET" | "RESET" | "SHOW" => Manner::Setting,
        "LOCK" | "DECLARE" => Manner::OnlyInTransaction,
        _ => Manner::Plain,
    }
}

fn first_word(sql: &str) -> String {
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    word.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_know_how_they_may_be_sent() {
        for (sql, expected) in [
            ("begin", Manner::TransactionControl),
            ("SET LOCAL lock_timeout = 1", Manner::Setting),
            ("lock table t", Manner::OnlyInTransaction),
            ("COPY t FROM stdin", Manner::Never(COPY_DATA)),
            ("COPY t FROM '/tmp/stdin'", Manner::Plain),
            ("\\connect x", Manner::Never(META_COMMAND)),
            ("SELECT 'begin'", Manner::Plain),
        ] {
            assert_eq!(manner(sql), expected, "{sql}");
        }
    }
}
