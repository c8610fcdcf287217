//! How each release sees a table: the columns that it knows, under the names that it knows, in their order.

use crate::catalog::{Column, Grant, RelationKind, Table, VersionColumn, VersionView};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::plan::planner::{Draft, Stays};

/// A table before and after the file.
struct Both<'t> {
    first: &'t TableName,
    before: &'t Table,
    last: &'t TableName,
    after: &'t Table,
}

impl Draft<'_> {
    /// The tables whose columns change, as the releases that are alive see them where they have no view yet, and as the
    /// new one will.
    pub(super) fn shapes(&self) -> Result<(Vec<VersionView>, Vec<VersionView>)> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for table in self.shown_tables() {
            let invoker = self.asks_invoker(table.first, table.before)?;
            let columns = self.changed_columns(&table)?;
            if self.changes_for_old_release(&table) {
                let mut view = VersionView { invoker, ..self.as_it_is(table.first, table.before) };
                view.columns =
                    view.columns.into_iter().map(|column| self.keeps_default(column, &table)).collect();
                old.push(view);
            }
            new.push(VersionView {
                columns,
                invoker,
                ..self.view(&table.last.name, table.first, table.before)
            });
        }
        Ok((old, new))
    }

    /// Tables that the file drops.
    pub(super) fn dropped_tables(&self) -> Vec<u32> {
        let stays = |oid: u32| self.now.tables.values().any(|table| table.oid == oid);
        self.first.tables.values().map(|table| table.oid).filter(|oid| !stays(*oid)).collect()
    }

    fn shown_tables(&self) -> Vec<Both<'_>> {
        let of_release = |name: &TableName| name.schema.as_str() == self.first.schema;
        let is_table =
            |table: &Table| matches!(table.kind, RelationKind::Table | RelationKind::PartitionedTable);
        let both = self.first.tables.iter().filter(|(name, table)| of_release(name) && is_table(table));
        both.filter_map(|(first, before)| {
            let (last, after) = self.now.tables.iter().find(|(_, table)| table.oid == before.oid)?;
            let table = Both { first, before, last, after };
            self.looks_different(&table).then_some(table)
        })
        .collect()
    }

    fn looks_different(&self, table: &Both<'_>) -> bool {
        let seen = |column: &Column| (column.name.clone(), column.type_.clone(), column.default.clone());
        table.first != table.last
            || self.dual_writes.contains_key(table.first)
            || !table.before.columns.iter().map(seen).eq(table.after.columns.iter().map(seen))
    }

    /// A release that names the table alone feels new columns, other defaults, and types that change in place.
    fn changes_for_old_release(&self, table: &Both<'_>) -> bool {
        let added = self.added_columns.iter().any(|(of, _)| of == table.first)
            || table.after.columns.iter().any(|column| table.before.column(&column.name).is_none());
        let default = |column: &Column| (column.name.clone(), column.default.clone());
        let defaults = table.before.columns.iter().any(|column| {
            table.after.column(&column.name).is_some_and(|after| default(after) != default(column))
        });
        added
            || defaults
            || self.dual_writes.contains_key(table.first)
            || self.in_place().contains_key(table.first)
    }

    fn view(&self, name: &Ident, of: &TableName, table: &Table) -> VersionView {
        let mut grants = table.grants.clone();
        // Who owns the table has all of it without a grant.
        grants.retain(|grant| grant.grantee.as_ref() != Some(&table.owner));
        VersionView {
            name: name.clone(),
            table: of.clone(),
            table_oid: table.oid,
            owner: table.owner.clone(),
            columns: Vec::new(),
            grants,
            invoker: false,
            plain: false,
        }
    }

    fn as_it_is(&self, name: &TableName, table: &Table) -> VersionView {
        let columns = table.columns.iter().map(|column| shown(&column.name, &column.name, &column.grants));
        VersionView { columns: columns.collect(), ..self.view(&name.name, name, table) }
    }

    /// The new release's columns: those of the release before it, each by what becomes of it, then those that are new.
    fn changed_columns(&self, table: &Both<'_>) -> Result<Vec<VersionColumn>> {
        let known = self.first.versions.last().and_then(|version| version.view_of(table.before.oid));
        let begin: Vec<VersionColumn> = match known {
            Some(view) => view.columns.clone(),
            None => self.as_it_is(table.first, table.before).columns,
        };
        if known.is_none() && table.before.triggers.iter().any(|trigger| trigger.ours) {
            return Err(Error::refused(format!(
                "another migration in flight changes `{}` without version schemas: nobody can say which of its columns each \
                 release knows",
                table.first
            ))
            .hint("contract that one first, or roll it back"));
        }
        let work = self.dual_writes.get(table.first);
        let new_side = |name: &Ident| {
            let sides = work.into_iter().flat_map(|work| &work.pairs).flat_map(|pair| &pair.new);
            sides.into_iter().find(|side| side.name == *name).map(|side| side.column.clone())
        };
        let mut columns: Vec<VersionColumn> = Vec::new();
        for column in begin {
            let replaced = work.and_then(|work| work.replaced.iter().find(|one| one.old == column.physical));
            let grants = column.grants.clone();
            let (name, physical) = match (replaced, new_side(&column.physical)) {
                (Some(one), _) if one.stays == Stays::Old => (one.last.clone(), one.old.clone()),
                (Some(one), _) => (one.last.clone(), one.physical.clone()),
                // Its values get another meaning, and keep the name.
                (None, Some(side)) if side != column.physical => (column.name.clone(), side),
                (None, _) if table.after.column(&column.physical).is_some() => {
                    columns.push(self.with_default(column, table));
                    continue;
                }
                (None, _) => continue,
            };
            columns.push(self.with_default(shown(&name, &physical, &grants), table));
        }
        for added in &table.after.columns {
            let there =
                columns.iter().any(|column| column.name == added.name || column.physical == added.name);
            if table.before.column(&added.name).is_none() && !there {
                let physical = new_side(&added.name).unwrap_or_else(|| added.name.clone());
                columns.push(self.with_default(shown(&added.name, &physical, &added.grants), table));
            }
        }
        if known.is_none() {
            self.refuse_other_columns(table, &columns)?;
        }
        Ok(columns)
    }

    /// Whatever was missed above must not become a view that lacks it.
    fn refuse_other_columns(&self, table: &Both<'_>, columns: &[VersionColumn]) -> Result<()> {
        let mut shown: Vec<&Ident> = columns.iter().map(|column| &column.name).collect();
        let mut asked: Vec<&Ident> = table.after.columns.iter().map(|column| &column.name).collect();
        shown.sort();
        asked.sort();
        if shown == asked {
            return Ok(());
        }
        let list = |names: Vec<&Ident>| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Err(Error::refused(format!(
            "the new release's view of `{}` would show {}, and the file leaves {}",
            table.first,
            list(shown),
            list(asked)
        ))
        .hint("leave `version_schemas` out for this migration; and please report it: the file is right, and the plan is not"))
    }

    /// The default that the old release's INSERTs get, where the file gives the column another one.
    fn keeps_default(&self, column: VersionColumn, table: &Both<'_>) -> VersionColumn {
        let before = table.before.column(&column.physical);
        let after = table.after.column(&column.physical).map(|after| after.default.as_ref());
        let kept = before.filter(|before| {
            after.is_some_and(|after| after != before.default.as_ref())
                && before.owned_sequence.is_none()
                && !before.volatile_default
        });
        let default = kept.and_then(|before| before.default.clone());
        VersionColumn { default, ..column }
    }

    /// The default that the new release's INSERTs get, where the column behind the view has another one until contract.
    fn with_default(&self, column: VersionColumn, table: &Both<'_>) -> VersionColumn {
        let Some(last) = table.after.column(&column.name) else { return column };
        let known = table.before.column(&column.physical);
        if known.is_none() && column.physical == column.name {
            return column;
        }
        let first = known.and_then(|first| first.default.clone());
        let numbers = last.identity.is_some() || last.owned_sequence.is_some() || last.volatile_default;
        let default = last.default.as_ref().filter(|_| !numbers && last.generated.is_none());
        match default {
            Some(default) if first.as_ref() != Some(default) => {
                VersionColumn { default: Some(self.built_casts(default)), ..column }
            }
            _ => column,
        }
    }
}

fn shown(name: &Ident, physical: &Ident, grants: &[Grant]) -> VersionColumn {
    VersionColumn {
        name: name.clone(),
        physical: physical.clone(),
        number: 0,
        default: None,
        grants: grants.to_vec(),
    }
}
