//! What can be tried of a change of rows before anything is changed.

use super::rows::{Found, SMALL};
use crate::catalog::Table;
use crate::ident::{Ident, TableName};
use crate::migration::operation::Operation;
use crate::migration::rows::RowChange;
use crate::plan::planner::Draft;
use crate::plan::rows::RowTrial;

impl Found<'_> {
    /// Whether it moves a sequence on, which no transaction takes back: by itself, by a default, or by a trigger.
    fn counts_on(&self, draft: &Draft<'_>) -> bool {
        let own = |table: &Table| table.triggers.iter().any(|trigger| !trigger.ours);
        let given = |table: &Table| {
            table.columns.iter().any(|column| column.volatile_default || column.identity.is_some())
        };
        let calls = match self.change.as_ref().and_then(RowChange::expressions) {
            Some(expressions) => expressions.into_iter().any(|expression| draft.is_volatile(expression)),
            None => ["nextval", "setval"].iter().any(|name| self.names.contains(&Ident::new(*name))),
        };
        calls || self.tables.iter().any(|(_, table)| own(table) || self.adds() && given(table))
    }

    /// Tries it before anything is changed, where all that it names is there already.
    pub(super) fn have_tried(&self, draft: &mut Draft<'_>) {
        let adds = |(table, column): &(TableName, Ident)| {
            self.names.contains(&table.name) && self.names.contains(column)
        };
        let new = draft
            .now
            .relations
            .keys()
            .any(|table| self.names.contains(&table.name) && !draft.first.relations.contains_key(table));
        let after_own =
            self.writes.iter().any(|table| draft.fences.iter().any(|fence| fence.may_be_about(&table.name)));
        let made = draft.migration.steps.iter().any(|step| {
            let name = crate::migration::own_name(&step.operation).map(Ident::new);
            let above = step.span.start < draft.span.start;
            let made =
                step.operation.created().is_some() && name.is_some_and(|name| self.names.contains(&name));
            above
                && (made
                    || matches!(step.operation, Operation::AddEnumValue(_) | Operation::RenameEnumValue(_)))
        });
        if draft.added_columns.iter().any(adds)
            || new
            || after_own
            || made
            || draft.names_changed_column(&self.names)
        {
            draft.rows_tried.push(None);
            return;
        }
        // A key that the file makes above is one that ON CONFLICT may mean.
        let keyed =
            draft.added_indexes.iter().any(|(table, index)| index.unique && self.writes.contains(table));
        let retyped = draft.in_place.iter().any(|(table, _)| self.writes.contains(table));
        if keyed || retyped {
            draft.rows_tried.push(None);
            return;
        }
        let small = self.tables.iter().all(|(_, table)| table.bytes <= SMALL);
        let alone = draft.rows_tried.iter().all(Option::is_some);
        // What refuses its rows until contract would refuse them in the trial as well.
        let refers = |table: &TableName, name: &Ident| {
            let mut keys = self.tables.iter().flat_map(|(_, written)| &written.referenced_by);
            let mut before = draft.first.tables.iter().filter(|(of, _)| self.writes.contains(of));
            keys.any(|key| key.table == *table && key.constraint == *name)
                || before.any(|(_, written)| {
                    written.referenced_by.iter().any(|key| key.table == *table && key.constraint == *name)
                })
        };
        let refused = draft
            .dropped_constraints
            .iter()
            .any(|(table, name)| self.writes.contains(table) || refers(table, name));
        let runs = small && alone && !refused && !self.counts_on(draft);
        draft.rows_tried.push(Some(RowTrial {
            sql: self.sql.to_owned(),
            runs,
            start: draft.span.start,
            end: draft.span.end,
        }));
    }
}
