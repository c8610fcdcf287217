//! One statement after the other, each on the catalog as the ones before it leave it.

use std::collections::BTreeMap;

use super::keys::Bindings;
use super::types::rename_in_columns;
use super::{operations, read};
use crate::catalog::{self, Catalog, Table, View};
use crate::ident::{Ident, TableName};
use crate::migration;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{CreateObject, CreateTable, Operation};
use crate::migration::statement::Statement;
use crate::plan::{Step, Work};

/// Something that a statement can't be carried out for.
pub(super) type Trouble = String;

/// A catalog on its way.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    pub(super) catalog: Catalog,
    pub(super) first: &'a Catalog,
    /// Where the file ends; none while the file itself is walked.
    pub(super) last: Option<&'a Catalog>,
    state_schema: Option<&'a Ident>,
    pub(super) bindings: Bindings,
    /// The user's own SQL has run, and may have made more than can be read off.
    pub(super) own_sql: bool,
    /// Tables as they are where something copies all of their columns, by what copies them.
    pub(super) copied: BTreeMap<TableName, Vec<(TableName, Table)>>,
    /// The same for the file.
    pub(super) asked_copies: Option<&'a BTreeMap<TableName, Vec<(TableName, Table)>>>,
}

impl<'a> Walk<'a> {
    /// The file's own way.
    pub(super) fn of_file(first: &'a Catalog, file: &[Operation]) -> Self {
        let mut walk = Self::new(first);
        for operation in file {
            walk.carry_out(operation);
        }
        walk
    }

    /// The plan's way, which has to come to the same end.
    pub(super) fn of_plan(first: &'a Catalog, asked: &'a Walk<'a>, state_schema: &'a Ident) -> Self {
        Self {
            last: Some(&asked.catalog),
            state_schema: Some(state_schema),
            asked_copies: Some(&asked.copied),
            ..Self::new(first)
        }
    }

    /// From where a plan is at the moment.
    pub(super) fn onwards(catalog: &'a Catalog, state_schema: &'a Ident) -> Self {
        Self { state_schema: Some(state_schema), ..Self::new(catalog) }
    }

    /// Carries out statements whether or not they are possible.
    pub(super) fn carry_out_all(&mut self, sql: &[String]) {
        let operations: Vec<Operation> = sql.iter().flat_map(|statement| operations(statement)).collect();
        for operation in operations.iter().filter(|operation| !self.is_own(operation)).collect::<Vec<_>>() {
            self.carry_out(operation);
        }
    }

    fn new(first: &'a Catalog) -> Self {
        Self {
            catalog: first.clone(),
            first,
            last: None,
            state_schema: None,
            bindings: Bindings::of(first),
            own_sql: false,
            copied: BTreeMap::new(),
            asked_copies: None,
        }
    }

    /// Carries out a step.
    pub(super) fn step(&mut self, step: &Step) -> Result<(), Trouble> {
        self.own_sql |= step.work == Work::Unknown;
        if step.only_views() { Ok(()) } else { self.statements(&step.sql) }
    }

    /// Takes it back.
    pub(super) fn undo(&mut self, step: &Step) -> Result<(), Trouble> {
        if step.only_views() {
            return Ok(());
        }
        self.statements(&step.undo)?;
        self.views_of_before(step);
        Ok(())
    }

    /// A view that was replaced has its former definition again, however the undo does that.
    fn views_of_before(&mut self, step: &Step) {
        let replaced = step.sql.iter().flat_map(|sql| operations(sql)).filter_map(|operation| {
            let (ObjectKind::View, view) = operation.created()? else { return None };
            Some(self.catalog.resolve(&view.name))
        });
        for view in replaced.filter(|view| self.first.relations.contains_key(view)).collect::<Vec<_>>() {
            for (name, table) in &mut self.catalog.tables {
                table.views.retain(|known| known.name != view);
                let before = self.first.tables.get(name).into_iter().flat_map(|table| &table.views);
                table.views.extend(before.filter(|known| known.name == view).cloned());
            }
        }
    }

    fn statements(&mut self, sql: &[String]) -> Result<(), Trouble> {
        for statement in sql {
            for step in read(statement) {
                let operation = &step.operation;
                let absent = step.if_exists.is_some_and(|table| {
                    let table = self.catalog.resolve(&table);
                    !self.catalog.relations.contains_key(&table) && !self.catalog.tables.contains_key(&table)
                });
                if !absent && !self.is_own(operation) {
                    self.possible(operation)?;
                    self.carry_out(operation);
                }
            }
        }
        Ok(())
    }

    /// Functions of dual writes, and their triggers: they go by argument types, and drift looks after them.
    fn is_own(&self, operation: &Operation) -> bool {
        let object =
            operation.created().map(|(_, op)| &op.name).or(operation.dropped().map(|(_, op)| &op.name));
        object
            .is_some_and(|name| name.schema.as_ref().is_some_and(|schema| Some(schema) == self.state_schema))
    }

    fn carry_out(&mut self, operation: &Operation) {
        if let Operation::Sql(own) = operation {
            for text in own.expand.iter().chain(&own.contract) {
                operations(&text.value).iter().for_each(|own| self.carry_out(own));
            }
            return;
        }
        self.note_names(operation);
        self.note_copies(operation);
        if let Operation::Unplaced(op) = operation
            && let Statement::Rename {
                kind: ObjectKind::Type | ObjectKind::Domain, name, part: None, to, ..
            } = &op.statement
        {
            let from = self.catalog.resolve(name);
            rename_in_columns(&mut self.catalog, &from, to);
        }
        catalog::apply(&mut self.catalog, operation);
        self.bindings.prune(&self.catalog);
        self.bindings.add(&self.catalog);
        if let Some((ObjectKind::View | ObjectKind::MaterializedView, view)) = operation.created() {
            self.note_view(view);
        }
    }

    fn note_names(&mut self, operation: &Operation) {
        match operation {
            Operation::RenameIndex(op) => {
                let index = self.catalog.resolve(&op.index);
                let tables: Vec<TableName> = self
                    .catalog
                    .tables
                    .keys()
                    .filter(|table| table.schema == index.schema)
                    .cloned()
                    .collect();
                tables.iter().for_each(|table| self.bindings.rename_index(table, &index.name, &op.to));
            }
            Operation::RenameConstraint(op) => {
                let table = self.catalog.resolve(&op.table);
                self.bindings.rename_index(&table, &op.name, &op.to);
                self.bindings.rename_key(&table, &op.name, &op.to);
            }
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => {
                if let (Some(name), Some(index)) = (&op.name, &op.using_index) {
                    self.bindings.rename_index(&self.catalog.resolve(&op.table), index, name);
                }
            }
            Operation::RenameTable(op) => {
                let from = self.catalog.resolve(&op.table);
                let to = TableName::new(from.schema.clone(), op.to.value.clone());
                self.bindings.rename_table(&from, &to);
            }
            _ => {}
        }
    }

    /// A view needs the columns that it names.
    fn note_view(&mut self, view: &CreateObject) {
        let Some(definition) = &view.definition else { return };
        let names = migration::names(definition);
        let name = self.catalog.resolve(&view.name);
        for (table, known) in &mut self.catalog.tables {
            if *table == name || !names.contains(&table.name) {
                continue;
            }
            let columns = known.columns.iter().map(|column| column.name.clone());
            let columns: Vec<Ident> = columns.filter(|column| names.contains(column)).collect();
            known.views.retain(|view| view.name != name);
            known.views.push(View { name: name.clone(), columns, ..View::default() });
        }
    }

    fn note_copies(&mut self, operation: &Operation) {
        let Operation::CreateTable(op) = operation else { return };
        let tables = self.copied_by(op);
        if !tables.is_empty() {
            self.copied.insert(self.catalog.resolve(&op.table), tables);
        }
    }

    /// The tables whose columns a new table takes as they are.
    pub(super) fn copied_by(&self, op: &CreateTable) -> Vec<(TableName, Table)> {
        let like = op.constraints.iter().map(|one| one.value.as_str()).filter(|one| migration::is_like(one));
        let text = like.collect::<Vec<_>>().join(" ");
        let query = op.statement.as_ref().filter(|_| op.columns.is_empty() && op.partition_of.is_none());
        let starred = query.filter(|sql| migration::takes_every_column(sql)).map_or("", String::as_str);
        let names = migration::names(&format!("{text} {starred}"));
        let taken = self.catalog.tables.iter().filter(|(table, _)| names.contains(&table.name));
        taken.map(|(name, table)| (name.clone(), table.clone())).collect()
    }
}
