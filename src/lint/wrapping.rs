//! What the file says about the transaction that its runner would open.

use super::Transaction;
use crate::migration::operation::Operation;
use crate::migration::{self, Migration};

/// Comments by which runners are told to open no transaction, in lower case without blanks.
const NO_TRANSACTION: &[&str] = &[
    "no-transaction",              // sqlx
    "+goosenotransaction",         // goose
    "+migrateupnotransaction",     // sql-migrate
    "atlas:txmodenone",            // Atlas
    "migrate:uptransaction:false", // dbmate
];

/// How this file is run, given how files are run. `outside` tells whether a step can't be in a transaction.
pub fn of(migration: &Migration, files: Transaction, outside: impl Fn(&Operation) -> bool) -> Transaction {
    let source = &migration.source;
    let says_no = told_by_comment(&source.text) || told_by_settings(&source.path);
    // Flyway opens no transaction for a file of nothing but such statements
    let alone = || !migration.steps.is_empty() && migration.steps.iter().all(|step| outside(&step.operation));
    if says_no || migration::is_flyway(&source.path) && alone() { Transaction::Statement } else { files }
}

fn told_by_comment(text: &str) -> bool {
    comment(text).is_some()
}

/// The comment at the top of a file by which its runner is told to open no transaction.
pub fn comment(text: &str) -> Option<&str> {
    let lines = text.lines().map(str::trim).collect::<Vec<_>>();
    let head = lines.iter().take_while(|line| line.is_empty() || line.starts_with("--"));
    let mut head = head.enumerate();
    let found = head.find(|(at, line)| {
        let said = line.trim_start_matches('-').to_lowercase().split_whitespace().collect::<String>();
        // Atlas takes a comment that stands right on a statement for that statement's
        let apart = !said.starts_with("atlas:") || lines.get(at + 1).is_none_or(|next| next.is_empty());
        NO_TRANSACTION.contains(&said.as_str()) && apart
    });
    found.map(|(_, line)| *line)
}

/// Flyway's settings of one file stand beside it: `V7__add.sql.conf`.
fn told_by_settings(path: &str) -> bool {
    if !migration::is_flyway(path) {
        return false;
    }
    let settings = std::fs::read_to_string(format!("{path}.conf")).unwrap_or_default();
    settings.lines().any(|line| {
        let line = line.split_whitespace().collect::<String>();
        line.eq_ignore_ascii_case("executeInTransaction=false")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::source::Source;

    #[test]
    fn runners_are_told_by_comments_at_the_top() {
        let of = |text: &str| told_by_comment(text);
        assert!(of("-- no-transaction\nSELECT 1"));
        assert!(of("-- comment\n\n-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1"));
        assert!(of("-- migrate:up transaction:false\nSELECT 1"));
        assert!(of("-- atlas:txmode none\n\nSELECT 1"));
        assert!(!of("-- atlas:txmode none\nSELECT 1"));
        assert!(!of("SELECT 1;\n-- no-transaction"));
        assert!(!of("-- there is no-transaction here\n"));
    }

    #[test]
    fn flyway_opens_no_transaction_for_what_allows_none() {
        let read = |path: &str, sql: &str| migration::parse(Source::new(path, sql)).unwrap();
        let concurrent =
            |operation: &Operation| matches!(operation, Operation::CreateIndex(index) if index.concurrently);
        let of = |path: &str, sql: &str| of(&read(path, sql), Transaction::File, concurrent);
        let index = "CREATE INDEX CONCURRENTLY i ON t (a);";
        assert_eq!(of("m/V7__add.sql", index), Transaction::Statement);
        assert_eq!(of("m/0007_add.sql", index), Transaction::File);
        assert_eq!(of("m/V7__add.sql", &format!("{index} DROP TABLE u;")), Transaction::File);
    }
}
