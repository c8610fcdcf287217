//! The session that runs the files: its transaction, its parameters.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ident::{Ident, TableName};
use crate::lint::{Lock, Transaction};
use crate::migration::statement::Setting;

/// What is true of the session before a statement.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Which transaction block the statement is in.
    pub block: Block,
    /// Whether the statement is inside a `DO` block.
    pub in_body: bool,
    /// What the open transaction has done so far; empty without one.
    pub transaction: Open,
    wrapper: Block,
    settings: BTreeMap<String, Value>,
}

/// A transaction block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Block {
    /// None: each statement commits by itself.
    #[default]
    None,
    /// `BEGIN` opened it.
    Written,
    /// The runner did.
    Runner,
    /// The file is one query string, which PostgreSQL takes for one transaction.
    QueryString,
}

/// What a transaction has done so far.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// Blocking locks on tables that others use, by the statement that took them.
    pub held: Vec<Held>,
    /// Values added to enums.
    pub enum_values: Vec<(Ident, String)>,
    /// Types made.
    pub types: Vec<Ident>,
    /// Views dropped: nothing else tells later that the locks on them are not on tables.
    pub dropped_views: Vec<TableName>,
}

/// A lock that the transaction keeps.
#[derive(Debug, Clone)]
pub struct Held {
    /// The table.
    pub table: TableName,
    /// The lock.
    pub lock: Lock,
    /// Which of the transaction's locking statements took it, from 0.
    pub statement: usize,
}

#[derive(Debug, Clone, Default)]
struct Value {
    session: Option<Vec<String>>,
    local: Option<Vec<String>>,
}

impl Session {
    /// A file's session. `statements` tells whether a query string holds several.
    pub fn start(transaction: Transaction, statements: usize) -> Self {
        let wrapper = match transaction {
            Transaction::Statement => Block::None,
            Transaction::File => Block::Runner,
            Transaction::Batch if statements > 1 => Block::QueryString,
            Transaction::Batch => Block::None,
        };
        Self { block: wrapper, wrapper, ..Self::default() }
    }

    /// Whether a transaction stays open after the statement.
    pub fn in_transaction(&self) -> bool {
        self.block != Block::None || self.in_body
    }

    /// `BEGIN`. In the runner's transaction it does nothing.
    pub(super) fn begin(&mut self) {
        if self.block != Block::Runner {
            self.block = Block::Written;
        }
    }

    /// `COMMIT` or `ROLLBACK`. A query string goes on with a new transaction.
    pub(super) fn end(&mut self, chain: bool) {
        let chained = chain.then_some(Block::Written);
        let next = if self.wrapper == Block::QueryString { Block::QueryString } else { Block::None };
        self.block = chained.unwrap_or(next);
        self.transaction = Open::default();
        self.settings.values_mut().for_each(|value| value.local = None);
    }

    /// The end of a statement.
    pub(super) fn settle(&mut self) {
        if !self.in_transaction() {
            self.transaction = Open::default();
            self.settings.values_mut().for_each(|value| value.local = None);
        }
    }

    pub(super) fn set(&mut self, setting: &Setting) {
        if setting.name == "*" {
            return self.settings.clear();
        }
        let value = self.settings.entry(setting.name.clone()).or_default();
        let new = (!setting.values.is_empty()).then(|| setting.values.clone());
        if setting.local && new.is_some() {
            value.local = new;
        } else if !setting.local {
            *value = Value { session: new, local: None };
        }
    }

    /// The values that a parameter was set to, if the file did that.
    pub fn setting(&self, name: &str) -> Option<&[String]> {
        let value = self.settings.get(name)?;
        value.local.as_ref().or(value.session.as_ref()).map(Vec::as_slice)
    }

    /// A timeout that the file has set; zero is none.
    pub fn timeout(&self, name: &str) -> Option<Duration> {
        self.setting(name)?.first().and_then(|value| duration(value))
    }

    /// Whether the session's time zone is known to be UTC.
    pub fn in_utc(&self) -> bool {
        self.setting("timezone")
            .and_then(<[String]>::first)
            .is_some_and(|zone| zone.eq_ignore_ascii_case("utc"))
    }
}

/// PostgreSQL's way of writing a duration; a bare number is milliseconds.
fn duration(written: &str) -> Option<Duration> {
    let written = written.trim();
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    let (number, unit) = written.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "us" => 0.001,
        "" | "ms" => 1.0,
        "s" => 1e3,
        "min" => 6e4,
        "h" => 3.6e6,
        "d" => 8.64e7,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * milliseconds / 1000.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str, local: bool) -> Setting {
        Setting { name: name.to_owned(), values: vec![value.to_owned()], local }
    }

    #[test]
    fn local_settings_end_with_the_transaction() {
        let mut session = Session::start(Transaction::Statement, 9);
        session.set(&set("lock_timeout", "5s", false));
        session.begin();
        session.set(&set("lock_timeout", "0", true));
        assert_eq!(session.timeout("lock_timeout"), Some(Duration::ZERO));
        session.end(false);
        assert_eq!(session.timeout("lock_timeout"), Some(Duration::from_secs(5)));
        session.set(&set("lock_timeout", "1s", true));
        session.settle();
        assert_eq!(session.timeout("lock_timeout"), Some(Duration::from_secs(5)));
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("1500"), Some(Duration::from_millis(1500)));
        assert_eq!(duration(" 2min"), Some(Duration::from_secs(120)));
        assert_eq!(duration("soon"), None);
    }
}
