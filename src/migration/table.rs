//! Whole tables: created, dropped, renamed.

use serde::{Deserialize, Serialize};

use super::operation::{Expr, Name, SqlText, TableRef, TypeText, is_false};
use super::source::Located;

/// A whole table. Its columns are known to later operations; the statement itself runs as written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTable {
    /// The new table.
    pub table: Located<TableRef>,
    /// Its columns.
    pub columns: Vec<ColumnDef>,
    /// Table constraints, as SQL writes them inside the parentheses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<SqlText>,
    /// What follows the closing parenthesis, as SQL writes it: `PARTITION BY …`, `WITH (…)`, `INHERITS (…)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// `UNLOGGED`
    #[serde(default, skip_serializing_if = "is_false")]
    pub unlogged: bool,
    /// Accept a table that is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
    /// `TEMP` tables live for one session and harm nobody.
    #[serde(skip)]
    pub temporary: bool,
    /// Tables that foreign keys in this statement point to: they are locked in SHARE ROW EXCLUSIVE.
    #[serde(skip)]
    pub references: Vec<TableRef>,
    /// The partitioned table that a `PARTITION OF` joins: it is locked in ACCESS EXCLUSIVE.
    #[serde(skip)]
    pub partition_of: Option<Located<TableRef>>,
    /// The statement as written in a SQL file; it carries everything that the fields above do not.
    #[serde(skip)]
    pub statement: Option<String>,
}

impl CreateTable {
    /// Whether its rows come from a query: `CREATE TABLE … AS`.
    pub fn is_of_query(&self) -> bool {
        self.options.as_ref().is_some_and(|options| super::mentions(options, "AS"))
    }
}

/// One column of a new table, or a new column of a table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDef {
    /// Its name.
    pub name: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub type_: TypeText,
    /// `NOT NULL`
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_null: bool,
    /// `DEFAULT`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    /// `PRIMARY KEY`
    #[serde(default, skip_serializing_if = "is_false")]
    pub primary_key: bool,
    /// `UNIQUE`
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// `CHECK (…)`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Expr>,
    /// `REFERENCES table (column) …`, everything after the keyword.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<SqlText>,
    /// `COLLATE`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<SqlText>,
    /// `GENERATED …`: identity or computed, everything after the keyword.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<SqlText>,
    /// What follows `UNIQUE` or `PRIMARY KEY`: `NULLS NOT DISTINCT`, `DEFERRABLE …`, as SQL writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_options: Option<SqlText>,
    /// Clauses without a field of their own, as SQL writes them: `STORAGE …`, `COMPRESSION …`, a second `CHECK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// Names that the column's constraints were given (`CONSTRAINT name CHECK …`).
    #[serde(default, skip_serializing_if = "ConstraintNames::is_empty")]
    pub names: ConstraintNames,
}

/// The names of a column's constraints, where they were given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstraintNames {
    /// Of `NOT NULL` (kept by PostgreSQL 18 and later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null: Option<Name>,
    /// Of `PRIMARY KEY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Name>,
    /// Of `UNIQUE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<Name>,
    /// Of `CHECK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Name>,
    /// Of `REFERENCES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Name>,
}

/// `DROP TABLE`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    /// The table.
    pub table: Located<TableRef>,
    /// Keep it under this name instead: the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Name>,
    /// Accept that it is gone already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}

/// `ALTER TABLE … RENAME TO`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    /// The table.
    pub table: Located<TableRef>,
    /// Its new name.
    pub to: Name,
}
