//! Changes of rows that the file asks for: what is carried out in batches, and what is tried before.

use serde::{Deserialize, Serialize};

use crate::ident::{Ident, TableName, literal};
use crate::migration::operation::UserTriggers;

/// Where a statement runs. What stands below another in the file and may meet it never runs before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In expand.
    #[default]
    Expand,
    /// After the rows of the backfill stage.
    Backfill,
    /// In contract.
    Contract,
}

impl Place {
    /// The stage's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Contract => "contract",
        }
    }
}

/// An UPDATE or DELETE in batches. They follow the table's key: each commits together with the key that it has reached, so
/// that every row is changed once, whoever is killed when. Rows with keys beyond the last one of the beginning came later
/// and are left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowBatches {
    /// Which row of `backfills` has its progress: after the plan's conversions.
    pub ordinal: i32,
    /// The table whose rows are passed.
    pub table: TableName,
    /// The table whose rows change: another one where rows are inserted.
    pub writes: TableName,
    /// What is done.
    pub verb: Verb,
    /// The statement without its condition.
    pub head: String,
    /// Its condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What follows the condition.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tail: String,
    /// What the statement calls the table.
    pub known_as: Ident,
    /// The key.
    pub key: Vec<KeyColumn>,
    /// Its condition no longer holds for a row that is done: rows that were written meanwhile are looked for until none is
    /// left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// Estimated rows of the table.
    pub rows: i64,
    /// What the user says about triggers of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggers: Option<UserTriggers>,
}

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `INSERT … SELECT`
    Insert,
}

impl Verb {
    /// In messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Insert => "insert",
        }
    }
}

/// A column of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyColumn {
    /// Its name.
    pub name: Ident,
    /// Its type.
    #[serde(rename = "type")]
    pub type_: String,
}

/// A statement of the file that is tried in a transaction which is rolled back, before anything is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowTrial {
    /// The statement.
    pub sql: String,
    /// Whether it is run in fact, on a table that is small enough; else PostgreSQL only reads and plans it.
    pub runs: bool,
    /// Its place in the migration file.
    pub start: usize,
    /// The place's end.
    pub end: usize,
}

impl RowBatches {
    /// The key of the last of the next rows, and how many there are, behind one key and up to another.
    pub fn next_key(&self, after: Option<&[String]>, last: Option<&[String]>, most: i64) -> String {
        let columns: Vec<String> = self.key.iter().map(|column| column.name.to_string()).collect();
        let texts: Vec<String> = columns.iter().map(|column| format!("w.{column}::text")).collect();
        let backward: Vec<String> = columns.iter().map(|column| format!("w.{column} DESC")).collect();
        let list = columns.join(", ");
        format!(
            "SELECT ARRAY[{}], pg_catalog.count(*) OVER () FROM (SELECT {list} FROM {} WHERE {} ORDER BY {list} LIMIT {most}) AS w \
             ORDER BY {} LIMIT 1",
            texts.join(", "),
            self.table,
            self.within("", after, last),
            backward.join(", ")
        )
    }

    /// The last key that is there now.
    pub fn last_key(&self) -> String {
        let texts: Vec<String> = self.key.iter().map(|column| format!("w.{}::text", column.name)).collect();
        let backward: Vec<String> = self.key.iter().map(|column| format!("w.{} DESC", column.name)).collect();
        format!(
            "SELECT ARRAY[{}] FROM {} AS w ORDER BY {} LIMIT 1",
            texts.join(", "),
            self.table,
            backward.join(", ")
        )
    }

    /// The statement for the rows behind one key and up to another, or to the end.
    pub fn batch(&self, after: Option<&[String]>, upto: &[String]) -> String {
        let upto = Some(upto).filter(|upto| !upto.is_empty());
        let within = self.within(&format!("{}.", self.known_as), after, upto);
        match &self.condition {
            Some(condition) => format!("{} WHERE ({condition}\n) AND {within} {}", self.head, self.tail),
            None => format!("{} WHERE {within} {}", self.head, self.tail),
        }
        .trim_end()
        .to_owned()
    }

    fn within(&self, row: &str, after: Option<&[String]>, upto: Option<&[String]>) -> String {
        let columns: Vec<String> = self.key.iter().map(|column| format!("{row}{}", column.name)).collect();
        let values = |key: &[String]| {
            let typed = key
                .iter()
                .zip(&self.key)
                .map(|(value, column)| format!("CAST({} AS {})", literal(value), column.type_));
            typed.collect::<Vec<_>>().join(", ")
        };
        let bound = |sign: &str, key: &[String]| format!("({}) {sign} ({})", columns.join(", "), values(key));
        let bounds: Vec<String> =
            after.map(|key| bound(">", key)).into_iter().chain(upto.map(|key| bound("<=", key))).collect();
        if bounds.is_empty() { "true".to_owned() } else { bounds.join(" AND ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_the_statement_within_two_keys() {
        let work = RowBatches {
            ordinal: 0,
            table: TableName::new("public", "t"),
            writes: TableName::new("public", "t"),
            tail: String::new(),
            verb: Verb::Update,
            head: "UPDATE t AS x SET n = n + 1".to_owned(),
            condition: Some("n < 5 OR m -- why".to_owned()),
            known_as: Ident::new("x"),
            key: vec![KeyColumn { name: Ident::new("Id"), type_: "bigint".to_owned() }],
            repeats: false,
            rows: 0,
            triggers: None,
        };
        let (one, nine) = (["1".to_owned()], ["9".to_owned()]);
        assert_eq!(
            work.batch(Some(&one), &nine),
            "UPDATE t AS x SET n = n + 1 WHERE (n < 5 OR m -- why\n) AND (x.\"Id\") > (CAST('1' AS bigint)) AND (x.\"Id\") <= (CAST('9' AS bigint))"
        );
        assert!(work.next_key(None, None, 10).contains("FROM public.t WHERE true ORDER BY \"Id\" LIMIT 10"));
    }
}
