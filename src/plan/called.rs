//! Functions that a file replaces, and what calls them. PostgreSQL takes the body that is there when a statement runs;
//! midflight runs some statements later than the file has them, and keeps what it drops until contract.

use super::planner::Draft;
use super::rows::Place;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration::object::{ObjectKind, ObjectName};
use crate::migration::operation::{Expr, Operation, Step};
use crate::migration::{direct, names};

impl Draft<'_> {
    /// Refuses a function that replaces the one with which the file computes above, and a call below of a name under which
    /// a function is dropped and another one made.
    ///
    /// # Errors
    /// Exit 23.
    pub(super) fn refuse_other_function(&self, operation: &Operation) -> Result<()> {
        if let Some(name) = self.made(operation) {
            return match self.computes_above(&name.name) {
                Some(line) => Err(Error::refused(format!(
                    "this replaces `{}`, with which the statement in line {line} computes: after expand, and so with the new one",
                    name.sql()
                ))
                .hint("put it in a migration of its own, which is expanded once this one is contracted")),
                None => Ok(()),
            };
        }
        let about_it =
            matches!(operation, Operation::CommentOn(_) | Operation::Grant(_) | Operation::Revoke(_));
        if about_it || self.dropped(operation).is_some() {
            return Ok(());
        }
        let text = || names(&direct::statements(operation, &Ident::new(self.now.schema.as_str())).join("; "));
        match self.dropped_and_made().filter(|dropped| text().contains(&dropped.name)) {
            Some(dropped) => Err(Error::refused(format!(
                "until contract there are two functions of the name `{}`, and this may call the one that the file drops",
                dropped.name.as_str()
            ))
            .hint("put it in a migration of its own, which is expanded once this one is contracted; or give the new function another name")),
            None => Ok(()),
        }
    }

    fn above(&self) -> impl Iterator<Item = &Step> {
        self.migration.steps.iter().filter(|step| step.span.start < self.span.start)
    }

    /// The line of a statement above whose values come later, and by this function.
    fn computes_above(&self, function: &Ident) -> Option<usize> {
        let fires = |change: &&super::order::RowsChanged| {
            let tables = change.writes.iter().filter_map(|table| self.first.tables.get(table));
            let mut triggers = tables.flat_map(|table| &table.triggers);
            change.place > Place::Expand
                && triggers.any(|trigger| names(&trigger.function.name).contains(function))
        };
        let fired = self.rows_changed.iter().find(fires).map(|change| change.span);
        let computed = self.above().find(|step| {
            let expressions: Vec<&Expr> = match &step.operation {
                Operation::AddColumn(op) => op.up.iter().chain(&op.column.default).collect(),
                Operation::ChangeType(op) => op.up.iter().chain(&op.down).collect(),
                Operation::SetNotNull(op) => op.up.iter().collect(),
                Operation::TransformColumns(op) => op.up.values().chain(op.down.values()).collect(),
                _ => Vec::new(),
            };
            expressions.iter().any(|one| names(one.text()).contains(function))
        });
        // A change of rows that became a computed column, or that calls it.
        let called = || {
            let text = |step: &Step| self.migration.source.slice(step.span);
            self.above().find(|step| {
                matches!(step.operation, Operation::Sql(_) | Operation::Unplaced(_))
                    && names(text(step)).contains(function)
            })
        };
        let later = || self.computes_with(function).then(|| called().map_or(self.span, |step| step.span));
        let span = fired.or(computed.map(|step| step.span)).or_else(later)?;
        Some(self.migration.source.position(span.start).line)
    }

    /// Functions that the file drops above, beside other ones of the name that it makes above.
    fn dropped_and_made(&self) -> Option<ObjectName> {
        let made: Vec<ObjectName> = self.above().filter_map(|step| self.made(&step.operation)).collect();
        let beside = |dropped: &ObjectName| {
            let other = |made: &ObjectName| made.schema == dropped.schema && made.name == dropped.name;
            self.first.objects.contains_key(dropped) && !made.contains(dropped) && made.iter().any(other)
        };
        self.above().filter_map(|step| self.dropped(&step.operation)).find(beside)
    }

    fn made(&self, operation: &Operation) -> Option<ObjectName> {
        let (kind, op) = operation.created().filter(|(kind, _)| is_routine(*kind))?;
        Some(self.now.object_name(&op.object(kind)))
    }

    fn dropped(&self, operation: &Operation) -> Option<ObjectName> {
        let (kind, op) = operation.dropped().filter(|(kind, _)| is_routine(*kind))?;
        Some(self.first.object_name(&op.object(kind)))
    }
}

fn is_routine(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Function | ObjectKind::Procedure)
}
