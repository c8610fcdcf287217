//! Changes of rows: `UPDATE`, `DELETE` and `INSERT` as far as planning asks. The statement stays the text that it is; what
//! is read from it decides where it runs, and whether it can run in parts.

use super::operation::{Expr, Name, TableRef};
use super::source::Located;
use crate::ident::Ident;

/// A statement that changes rows of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// What it does.
    pub kind: RowKind,
    /// The table.
    pub table: Located<TableRef>,
    /// The name by which the statement knows the table whose rows it passes: its alias, or its own.
    pub known_as: Ident,
    /// The statement without its condition and without `RETURNING`: `UPDATE t AS x SET a = 1 FROM o`.
    pub head: String,
    /// The condition.
    pub condition: Option<Expr>,
    /// What stands behind `FROM` of an UPDATE or `USING` of a DELETE.
    pub joined: Option<String>,
    /// What follows the condition: `ON CONFLICT …` of an INSERT.
    pub tail: String,
    /// `RETURNING`
    pub returns: bool,
}

/// What a statement does to rows.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKind {
    /// `UPDATE`: each column with its value. None where the value is `DEFAULT`, or part of a list that can't be read.
    Update(Vec<(Name, Option<Expr>)>),
    /// `DELETE`
    Delete,
    /// `INSERT … SELECT` of rows of one table, each by itself; with what is selected.
    Insert {
        /// The table whose rows are taken.
        from: Located<TableRef>,
        /// What is made of each.
        values: Vec<Expr>,
    },
}

impl RowChange {
    /// The expressions that are evaluated for each row. None where one can't be read.
    pub fn expressions(&self) -> Option<Vec<&Expr>> {
        let mut found: Vec<&Expr> = self.condition.iter().collect();
        match &self.kind {
            RowKind::Update(set) => {
                for (_, value) in set {
                    found.push(value.as_ref()?);
                }
            }
            RowKind::Insert { values, .. } => found.extend(values),
            RowKind::Delete => {}
        }
        found.iter().all(|one| one.tree().is_some()).then_some(found)
    }

    /// The columns that an UPDATE sets.
    pub fn sets(&self) -> Vec<&Name> {
        match &self.kind {
            RowKind::Update(set) => set.iter().map(|(column, _)| column).collect(),
            RowKind::Delete | RowKind::Insert { .. } => Vec::new(),
        }
    }

    /// The column of which an UPDATE gives a value to rows that have none, where that is all that it does: such rows are
    /// known by what is left to do, however often one looks.
    pub fn fills(&self) -> Option<(&Name, &Expr)> {
        let RowKind::Update(set) = &self.kind else { return None };
        let [(column, Some(value))] = &set[..] else { return None };
        let condition = self.condition.as_ref()?;
        let forbids_value = condition.tests_for_null(&self.known_as, &column.value);
        (self.joined.is_none() && forbids_value).then_some((column, value))
    }
}
