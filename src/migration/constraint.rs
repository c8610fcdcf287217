//! Constraints and indexes of a table.

use serde::{Deserialize, Serialize};

use super::index_key::IndexKey;
use super::operation::{Expr, Name, SqlText, TableRef, is_false};
use super::source::Located;

/// `ALTER TABLE … ADD CHECK`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddCheck {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The condition, without the outer parentheses.
    pub check: Expr,
    /// `NO INHERIT`, `NOT ENFORCED`, as SQL writes them, without `NOT VALID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// Leave the rows that are there unchecked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
}

/// `ALTER TABLE … ADD FOREIGN KEY`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddForeignKey {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns that refer.
    pub columns: Vec<Name>,
    /// The table they refer to.
    pub references: Located<TableRef>,
    /// The columns they refer to; left out, its primary key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referenced_columns: Vec<Name>,
    /// `ON DELETE …`, `DEFERRABLE …` and so on, as SQL writes them, without `NOT VALID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// Leave the rows that are there unchecked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_valid: bool,
}

/// `ALTER TABLE … ADD UNIQUE` or `… ADD PRIMARY KEY`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddKey {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns; empty with `using_index`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// An index that is there already and becomes the constraint's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using_index: Option<Name>,
    /// `NULLS NOT DISTINCT`
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
    /// `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// `DEFERRABLE …`, as SQL writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// `NOT VALID` as written, which PostgreSQL rejects here.
    #[serde(skip)]
    pub not_valid: bool,
}

/// A constraint and its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstraintTarget {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint.
    pub name: Name,
    /// Accept that it is gone already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}

/// `CREATE INDEX`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// The table, materialized view or partitioned table.
    pub table: Located<TableRef>,
    /// The index's name; left out, PostgreSQL's own way of naming decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// `UNIQUE`
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The access method, `btree` unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Name>,
    /// Columns or expressions with collation, opclass and order, as SQL writes them between the parentheses.
    pub columns: Vec<IndexKey>,
    /// `INCLUDE` columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// Whatever stands between the column lists and `WHERE`: `NULLS NOT DISTINCT`, `WITH (…)`, `TABLESPACE …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<SqlText>,
    /// The predicate of a partial index.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Expr>,
    /// Accept an index that is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
    /// `CONCURRENTLY` as written; midflight builds concurrently either way.
    #[serde(skip)]
    pub concurrently: bool,
    /// `ON ONLY`: the index of a partitioned parent alone.
    #[serde(skip)]
    pub only: bool,
}

/// `DROP INDEX`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    /// The index.
    pub index: Located<TableRef>,
    /// Accept that it is gone already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
    /// `CONCURRENTLY` as written.
    #[serde(skip)]
    pub concurrently: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}
