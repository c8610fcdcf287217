//! What the file says about the transaction that its runner would open.

use super::Transaction;
use crate::migration::source::Source;

/// Comments by which runners are told to open no transaction, in lower case without blanks.
const NO_TRANSACTION: &[&str] = &[
    "no-transaction",              // sqlx
    "+goosenotransaction",         // goose
    "+migrateupnotransaction",     // sql-migrate
    "atlas:txmodenone",            // Atlas
    "migrate:uptransaction:false", // dbmate
];

/// How this file is run, given how files are run.
pub fn of(source: &Source, files: Transaction) -> Transaction {
    let mut head =
        source.text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with("--"));
    let says_no = head.any(|line| {
        let said = line.trim_start_matches('-').to_lowercase().split_whitespace().collect::<String>();
        NO_TRANSACTION.contains(&said.as_str())
    });
    if says_no { Transaction::Statement } else { files }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_are_told_by_comments_at_the_top() {
        let of = |text: &str| of(&Source::new("", text), Transaction::File);
        assert_eq!(of("-- no-transaction\nSELECT 1"), Transaction::Statement);
        assert_eq!(
            of("-- comment\n\n-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1"),
            Transaction::Statement
        );
        assert_eq!(of("-- migrate:up transaction:false\nSELECT 1"), Transaction::Statement);
        assert_eq!(of("SELECT 1;\n-- no-transaction"), Transaction::File);
        assert_eq!(of("-- there is no-transaction here\n"), Transaction::File);
    }
}
