//! The constraints in the parentheses of a CREATE TABLE.

use crate::migration;
use crate::migration::operation::{CreateTable, Operation};
use crate::migration::source::Source;

/// Each as the ALTER TABLE that would add it: there or later, a constraint means the same.
pub fn of(create: &CreateTable) -> impl Iterator<Item = Operation> {
    create.constraints.iter().flat_map(move |constraint| {
        let sql = format!("ALTER TABLE {} ADD {}", create.table, constraint.value);
        let steps = migration::parse(Source::new("constraint.sql", sql)).map(|added| added.steps);
        steps.unwrap_or_default().into_iter().map(|step| step.operation)
    })
}
