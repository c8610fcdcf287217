//! Actions that only change the catalog, if the plan is right: tried on an empty copy before anything is changed.

use serde::{Deserialize, Serialize};

use super::planner::Draft;
use crate::ident::TableName;

/// An action of `ALTER TABLE` that must rewrite neither the table nor an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Try {
    /// The table.
    pub table: TableName,
    /// `ADD COLUMN c text DEFAULT 'x'`
    pub action: String,
    /// Where the migration file asks for it.
    pub start: usize,
    /// The place's end.
    pub end: usize,
}

impl Draft<'_> {
    /// Has an action tried, unless nobody uses the table yet.
    pub(super) fn tries(&mut self, table: &TableName, action: String) {
        if !self.is_new(table) {
            let (start, end) = (self.span.start, self.span.end);
            self.tries.push(Try { table: table.clone(), action, start, end });
        }
    }
}
