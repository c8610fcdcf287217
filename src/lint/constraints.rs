//! The constraints in the parentheses of a CREATE TABLE.

use crate::migration::operation::{CreateTable, Operation};
use crate::migration::{self, source::Source};

/// Each as the ALTER TABLE that would add it: there or later, a constraint means the same.
pub fn of(create: &CreateTable) -> impl Iterator<Item = Operation> {
    let added = |text: &String| {
        let sql = format!("ALTER TABLE {} ADD {text}", create.table);
        migration::parse(Source::new("constraint.sql", sql)).ok()
    };
    let parsed = create.constraints.iter().filter_map(move |constraint| added(&constraint.value));
    parsed.flat_map(|added| added.steps).map(|step| step.operation)
}
