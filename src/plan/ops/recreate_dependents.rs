//! Views, policies, triggers, statistics and foreign keys of other tables follow the columns that are replaced.
//!
//! What names a column by number would go with it, or keep it from being dropped. So it is dropped first in the
//! contract transaction and recreated in the end, as it was; foreign keys and statistics get a copy before, whose
//! making needs no strong lock, and the copy takes the name.

use std::collections::BTreeMap;

use super::materialized_views;
use super::online::validate;
use super::partitions::{self, InheritedKey};
use crate::catalog::{Inbound, Statistic, Table, View};
use crate::ident::{Ident, TableName, literal};
use crate::migration::definition::{rename_column, rename_in_table, rename_referenced, rename_referring};
use crate::plan::planner::{Draft, Replaced, Stays};
use crate::plan::{LockMode, Step, TableLock};

/// Plans what follows the replaced columns of one table.
pub(super) fn plan(
    draft: &mut Draft<'_>,
    name: &TableName,
    table: &Table,
    columns: &[Replaced],
    all: &[(TableName, Table, Vec<Replaced>)],
    views: &mut RecreatedViews,
) {
    let mut recreate = RecreateDependents { name, columns, all, made_again: Vec::new(), draft };
    for statistic in &table.statistics {
        let kept = recreate.draft.keeps(&format!("statistics object {}", statistic.name));
        if kept && recreate.concerns(&statistic.columns) {
            recreate.statistic(statistic);
        }
    }
    for key in &table.referenced_by {
        if recreate.concerns(&key.columns) {
            recreate.foreign_key(key);
        }
    }
    recreate.policies(table);
    recreate.triggers(table);
    recreate.publications(table);
    views.over(table, |view| recreate.concerns(&view.columns));
    let made_again = recreate.made_again;
    if !made_again.is_empty() {
        draft.in_contract(
            format!("recreate what depended on the replaced columns of {name}"),
            name,
            made_again,
        );
    }
}

struct RecreateDependents<'f, 'd> {
    draft: &'f mut Draft<'d>,
    name: &'f TableName,
    columns: &'f [Replaced],
    /// The replaced columns of every table: those that refer may be among them.
    all: &'f [(TableName, Table, Vec<Replaced>)],
    made_again: Vec<String>,
}

impl RecreateDependents<'_, '_> {
    fn concerns(&self, columns: &[Ident]) -> bool {
        columns.iter().any(|column| self.columns.iter().any(|replaced| replaced.old == *column))
    }

    /// A text with the replaced columns under the names they have while both releases run.
    fn physical(&self, text: &str, rename: fn(&str, &Ident, &Ident) -> String) -> String {
        self.columns.iter().fold(text.to_owned(), |text, column| rename(&text, &column.old, &column.physical))
    }

    /// A text with the replaced columns under the names they have in the end.
    fn last(&self, text: &str) -> String {
        let table = &self.name.name;
        let renamed =
            self.all.iter().filter(|(name, _, _)| name == self.name).flat_map(|(_, _, columns)| columns);
        renamed.fold(text.to_owned(), |text, column| rename_in_table(&text, table, &column.old, &column.last))
    }

    fn statistic(&mut self, statistic: &Statistic) {
        let copy = TableName::new(statistic.name.schema.clone(), statistic.name.name.prefixed("_midflight_"));
        let definition = self.physical(&statistic.definition, rename_column);
        self.draft.after_rows(Step::catalog_only(
            format!("make the copy of statistics {}", statistic.name),
            self.name,
            LockMode::ShareUpdateExclusive,
            statistic.create(&copy, &definition),
            vec![format!("DROP STATISTICS IF EXISTS {copy}")],
        ));
        self.draft.in_contract_first([format!("DROP STATISTICS {}", statistic.name)]);
        self.made_again.push(format!("ALTER STATISTICS {copy} RENAME TO {}", statistic.name.name));
    }

    /// A foreign key of another table, or of this table to itself.
    fn foreign_key(&mut self, key: &Inbound) {
        let (child, name) = (&key.table, &key.constraint);
        let copy = name.prefixed("_midflight_");
        let definition = self.physical(key.definition.trim_end_matches(" NOT VALID"), rename_referenced);
        if self.draft.drops_key(key) {
            // It would keep the old column from being dropped, wherever the migration drops it.
            self.draft.in_contract_first([format!("ALTER TABLE {child} DROP CONSTRAINT {name}")]);
            self.draft.lock_in_contract(child, LockMode::AccessExclusive);
            return;
        }
        let of = self.all.iter().filter(|(table, _, _)| table == child).flat_map(|(_, _, columns)| columns);
        let definition = of
            .filter(|column| column.stays == Stays::New)
            .fold(definition, |text, column| rename_referring(&text, &column.old, &column.physical));
        let parts = partitions::inherited_keys(self.draft, key);
        let on_parts = !parts.is_empty();
        for InheritedKey { partition, name, .. } in parts.iter().filter(|part| part.has_rows) {
            let copy = name.prefixed("_midflight_");
            self.copy_of_key(
                (partition, name, &copy),
                &definition,
                " NOT VALID",
                LockMode::ShareRowExclusive,
            );
            self.draft.after_rows(validate(partition, &copy));
        }
        // Before 18 a partitioned table has no foreign key that is not valid; but it takes over those of its partitions.
        let (validity, mode) = match on_parts {
            true => ("", LockMode::AccessExclusive),
            false => (" NOT VALID", LockMode::ShareRowExclusive),
        };
        self.copy_of_key((child, name, &copy), &definition, validity, mode);
        if key.validated && !on_parts {
            self.draft.after_rows(validate(child, &copy));
        }
        if !self.draft.is_copy_only(child, name) {
            self.draft.in_contract_first([format!("ALTER TABLE {child} DROP CONSTRAINT {name}")]);
        }
        self.draft.lock_in_contract(child, LockMode::AccessExclusive);
        let last = self.draft.last_constraint(child, name);
        self.made_again.extend(parts.iter().map(|InheritedKey { partition, name, has_rows }| {
            // PostgreSQL gives the name of the one above to what it makes in between.
            let made = if *has_rows { &name.prefixed("_midflight_") } else { &copy };
            format!("ALTER TABLE {partition} RENAME CONSTRAINT {made} TO {name}")
        }));
        self.made_again.push(format!("ALTER TABLE {child} RENAME CONSTRAINT {copy} TO {last}"));
        self.made_again.extend(
            key.comment
                .as_ref()
                .map(|text| format!("COMMENT ON CONSTRAINT {last} ON {child} IS {}", literal(text))),
        );
    }

    /// The step that makes a copy of a foreign key. `mode` is what it takes of the table that is referred to.
    fn copy_of_key(
        &mut self,
        (child, name, copy): (&TableName, &Ident, &Ident),
        definition: &str,
        validity: &str,
        mode: LockMode,
    ) {
        let summary = match validity {
            "" => format!("make the copy of foreign key {name} of {child} out of those of its partitions"),
            _ => format!("add the copy of foreign key {name} of {child}, not valid yet"),
        };
        let mut step = Step::catalog_only(
            summary,
            child,
            LockMode::ShareRowExclusive,
            vec![format!("ALTER TABLE {child} ADD CONSTRAINT {copy} {definition}{validity}")],
            vec![format!("ALTER TABLE {child} DROP CONSTRAINT IF EXISTS {copy}")],
        );
        step.locks.retain(|lock| !self.draft.is_new(&lock.table));
        if child != self.name {
            step.locks.insert(0, TableLock { table: self.name.clone(), mode });
        }
        self.draft.after_rows(step);
    }

    fn policies(&mut self, table: &Table) {
        for policy in &table.policies {
            if !self.concerns(&policy.columns) {
                continue;
            }
            let drop = format!("DROP POLICY {} ON {}", policy.name, self.name);
            let create = policy.create(self.name, |text| self.last(text));
            self.draft.in_contract_first([drop]);
            if self.draft.keeps(&format!("policy {} on {}", policy.name, self.name)) {
                self.made_again.extend(create);
            }
        }
    }

    fn publications(&mut self, table: &Table) {
        let of_table = self.all.iter().filter(|(name, _, _)| name == self.name);
        let of_table: Vec<Replaced> = of_table.flat_map(|(_, _, columns)| columns.clone()).collect();
        let columns = self.columns;
        let concerned = |of: &[Ident]| columns.iter().any(|one| of.contains(&one.old));
        self.made_again.extend(self.draft.relist(self.name, table, &of_table, concerned));
    }

    fn triggers(&mut self, table: &Table) {
        for trigger in &table.column_triggers {
            if !self.concerns(&trigger.columns) {
                continue;
            }
            let drop = format!("DROP TRIGGER {} ON {}", trigger.name, self.name);
            let create = trigger.create(self.name, |text| self.last(text));
            self.draft.in_contract_first([drop]);
            if self.draft.keeps(&format!("trigger {} on {}", trigger.name, self.name)) {
                self.made_again.extend(create);
            }
        }
    }
}

/// Views over changed columns of any table: one may be over several, and each is dropped and made once.
#[derive(Default)]
pub(super) struct RecreatedViews(BTreeMap<TableName, View>);

impl RecreatedViews {
    /// Takes in those over one table that are concerned.
    pub(super) fn over(&mut self, table: &Table, concerned: impl Fn(&View) -> bool) {
        for view in table.views.iter().filter(|view| concerned(view)) {
            let known = self.0.entry(view.name.clone()).or_insert_with(|| view.clone());
            known.depth = known.depth.max(view.depth);
        }
    }

    /// From the top down, and again from the bottom up.
    pub(super) fn plan(self, draft: &mut Draft<'_>) {
        let mut views: Vec<View> = self.0.into_values().collect();
        views.sort_by_key(|view| view.depth);
        draft.in_contract_first(views.iter().rev().map(View::drop));
        views.retain(|view| draft.keeps(&view.described()));
        if !views.is_empty() {
            let names: Vec<String> = views.iter().map(View::described).collect();
            let sql: Vec<String> = views.iter().flat_map(View::create).collect();
            draft.in_contract_unlocked(format!("recreate {}", names.join(", ")), sql);
            views.iter().for_each(|view| materialized_views::plan(draft, view));
            draft.recreated_views = views;
        }
    }
}
