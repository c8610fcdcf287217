//! What a statement does only under a condition, judged at its place of the file.

use super::File;
use crate::catalog::{Catalog, ConstraintKind, apply};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectRef;
use crate::migration::operation::{Name, Operation, Step, TableRef};
use crate::migration::source::Span;
use crate::migration::{Guard, names, own_name};

/// The steps that have something to do, and what is to be said of the others.
pub(super) fn judged(file: &File<'_>) -> Result<(Vec<Step>, Vec<String>)> {
    let mut now = file.catalog.clone();
    let mut fences: Vec<Fence> = Vec::new();
    let (mut steps, mut notes) = (Vec::new(), Vec::new());
    for (step, guard) in in_postgres_order(file.migration.understood()) {
        let own = own_name(&step.operation).map(Ident::new);
        if let Some(name) = own.filter(|_| guard.is_some() || is_conditional(&step.operation)) {
            refuse_behind(file, &fences, &step, &name)?;
        }
        if let Some(altered) = &step.if_exists {
            refuse_behind(file, &fences, &step, &altered.name)?;
            let altered = now.resolve(altered);
            if !now.relations.contains_key(&altered) {
                notes.push(format!("the statement about `{altered}` has nothing to do: it is not there"));
                continue;
            }
        }
        let there = |operation: &Operation| is_there(&now, operation);
        let idle = match guard {
            Some(Guard::Unless) => there(&step.operation),
            Some(Guard::If) => !there(&step.operation),
            None => false,
        };
        if idle {
            let name = own_name(&step.operation).unwrap_or_default();
            let why = if guard == Some(Guard::If) { "is not there" } else { "exists already" };
            notes.push(format!("the block about `{name}` has nothing to do: it {why}"));
            continue;
        }
        fences.extend(Fence::of(&step));
        let mut step = step;
        let before = step.operation.changes_table().map(|table| names_on(&now, table));
        apply(&mut now, &step.operation);
        if let Some(before) = before {
            write_names(&mut step.operation, &before, &now);
        }
        steps.push(step);
    }
    Ok((steps, notes))
}

/// The actions of one `ALTER TABLE` run in PostgreSQL's order, not in the written one: what goes comes first, then types,
/// new columns, NOT NULL, indexes, and the rest (`tablecmds.c`, the passes of ALTER TABLE).
fn in_postgres_order(mut steps: Vec<(Step, Option<Guard>)>) -> Vec<(Step, Option<Guard>)> {
    let same = |a: &(Step, Option<Guard>), b: &(Step, Option<Guard>)| a.0.statement == b.0.statement;
    steps.chunk_by_mut(same).for_each(|actions| actions.sort_by_key(|(step, _)| pass(&step.operation)));
    steps
}

fn pass(operation: &Operation) -> u8 {
    match operation {
        Operation::DropColumn(_)
        | Operation::DropConstraint(_)
        | Operation::DropDefault(_)
        | Operation::DropIdentity(_)
        | Operation::DropExpression(_)
        | Operation::DropNotNull(_) => 0,
        Operation::ChangeType(_) => 1,
        Operation::AddColumn(_) => 2,
        Operation::SetNotNull(_) => 3,
        Operation::AddPrimaryKey(_) | Operation::AddUnique(_) | Operation::AddExclusion(_) => 4,
        Operation::AddCheck(_)
        | Operation::AddForeignKey(_)
        | Operation::SetDefault(_)
        | Operation::AddIdentity(_) => 5,
        _ if operation.changes_table().is_some() => 6,
        // Statements that are no ALTER TABLE name their objects in the order in which they run.
        _ => 0,
    }
}

/// What has a name on a table.
#[derive(Clone, Copy, PartialEq)]
enum Named {
    Constraint(ConstraintKind),
    Index,
}

/// The constraints and indexes of a table that was there before the file.
fn names_on(now: &Catalog, table: &TableRef) -> Vec<(Named, Ident)> {
    let Some(table) = now.tables.get(&now.resolve(table)).filter(|table| table.oid != 0) else {
        return Vec::new();
    };
    let constraints =
        table.constraints.iter().map(|known| (Named::Constraint(known.kind), known.name.clone()));
    let indexes = table.indexes.iter().filter(|index| index.constraint.is_none());
    constraints.chain(indexes.map(|index| (Named::Index, index.name.clone()))).collect()
}

/// Names that PostgreSQL gives are those of this place of the file, whatever is renamed below.
fn write_names(operation: &mut Operation, before: &[(Named, Ident)], now: &Catalog) {
    let Some(table) = operation.changes_table() else { return };
    let made: Vec<(Named, Ident)> =
        names_on(now, table).into_iter().filter(|name| !before.contains(name)).collect();
    let called = |kind: Named| made.iter().find(|(known, _)| *known == kind).map(|(_, name)| name.clone());
    let fill = |name: &mut Option<Name>, kind: Named, span: Span| {
        if name.is_none() {
            *name = called(kind).map(|given| Name::new(given, span));
        }
    };
    match operation {
        Operation::AddCheck(op) => {
            fill(&mut op.name, Named::Constraint(ConstraintKind::Check), op.table.span);
        }
        Operation::AddForeignKey(op) => {
            fill(&mut op.name, Named::Constraint(ConstraintKind::ForeignKey), op.table.span);
        }
        Operation::AddUnique(op) if op.using_index.is_none() => {
            fill(&mut op.name, Named::Constraint(ConstraintKind::Unique), op.table.span);
        }
        Operation::AddPrimaryKey(op) if op.using_index.is_none() => {
            fill(&mut op.name, Named::Constraint(ConstraintKind::PrimaryKey), op.table.span);
        }
        Operation::AddExclusion(op) => {
            fill(&mut op.name, Named::Constraint(ConstraintKind::Exclusion), op.table.span);
        }
        Operation::CreateIndex(op) => fill(&mut op.name, Named::Index, op.table.span),
        Operation::AddColumn(op) => {
            let (names, span) = (&mut op.column.names, op.column.name.span);
            fill(&mut names.check, Named::Constraint(ConstraintKind::Check), span);
            fill(&mut names.unique, Named::Constraint(ConstraintKind::Unique), span);
            fill(&mut names.primary_key, Named::Constraint(ConstraintKind::PrimaryKey), span);
            fill(&mut names.references, Named::Constraint(ConstraintKind::ForeignKey), span);
        }
        _ => {}
    }
}

/// The user's own SQL in expand: what it makes, drops or renames can't be known, only which names it holds.
pub(in crate::plan) struct Fence {
    /// Its place.
    pub(in crate::plan) span: Span,
    names: std::collections::BTreeSet<Ident>,
}

impl Fence {
    /// What an operation is to those below it, if it is one.
    pub(in crate::plan) fn of(step: &Step) -> Option<Self> {
        let Operation::Sql(op) = &step.operation else { return None };
        let sql = op.expand.as_ref()?;
        Some(Self { span: step.span, names: names(&sql.value) })
    }

    /// Whether it may be about something of this name.
    pub(in crate::plan) fn may_be_about(&self, name: &Ident) -> bool {
        self.names.contains(name) || self.names.contains(&Ident::new("execute"))
    }
}

fn is_conditional(operation: &Operation) -> bool {
    if let Some((_, op)) = operation.created() {
        return op.if_not_exists;
    }
    if let Some((_, op)) = operation.dropped() {
        return op.if_exists;
    }
    match operation {
        Operation::CreateTable(op) => op.if_not_exists,
        Operation::DropTable(op) => op.if_exists,
        Operation::AddColumn(op) => op.if_not_exists,
        Operation::DropColumn(op) => op.if_exists,
        Operation::DropConstraint(op) => op.if_exists,
        Operation::CreateIndex(op) => op.if_not_exists,
        Operation::DropIndex(op) => op.if_exists,
        Operation::RenameIndex(op) => op.if_exists,
        Operation::AddEnumValue(op) => op.if_not_exists,
        _ => false,
    }
}

/// Whether something is there can't be known below SQL that may have made, dropped or renamed it.
fn refuse_behind(file: &File<'_>, fences: &[Fence], step: &Step, name: &Ident) -> Result<()> {
    let Some(fence) = fences.iter().find(|fence| fence.may_be_about(name)) else { return Ok(()) };
    let line = file.migration.source.position(fence.span.start).line;
    let error = Error::refused(format!(
        "whether `{}` exists can't be known here: your own SQL in line {line} may have made, renamed or dropped it",
        name.as_str()
    ));
    let hint = "leave the condition out, if you know the answer; or put this statement in a migration of its own, which is \
                planned once that SQL has run";
    Err(error.hint(hint).at(&file.migration.source, step.span))
}

/// Whether what an operation makes, or changes, is there.
fn is_there(now: &Catalog, operation: &Operation) -> bool {
    let object = |object: ObjectRef| now.objects.contains_key(&now.object_name(&object));
    if let Some((kind, op)) = operation.created() {
        return object(op.object(kind));
    }
    if let Some((kind, op)) = operation.dropped() {
        return object(op.object(kind));
    }
    let table = |table| now.tables.get(&now.resolve(table));
    let constraint = |of, name: &Ident| {
        table(of).is_some_and(|table| table.constraints.iter().any(|known| known.name == *name))
    };
    let index =
        |schema: Ident, name: &Ident| now.relations.contains_key(&TableName::new(schema, name.clone()));
    match operation {
        Operation::CreateTable(op) => now.relations.contains_key(&now.resolve(&op.table)),
        Operation::DropTable(op) => now.relations.contains_key(&now.resolve(&op.table)),
        Operation::RenameTable(op) => now.relations.contains_key(&now.resolve(&op.table)),
        Operation::AddColumn(op) => {
            table(&op.table).is_some_and(|table| table.column(&op.column.name).is_some())
        }
        Operation::AddCheck(op) => op.name.as_ref().is_some_and(|name| constraint(&op.table, name)),
        Operation::AddForeignKey(op) => op.name.as_ref().is_some_and(|name| constraint(&op.table, name)),
        Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => {
            let schema = now.resolve(&op.table).schema;
            op.name.as_ref().is_some_and(|name| constraint(&op.table, name) || index(schema, name))
        }
        Operation::AddExclusion(op) => op.name.as_ref().is_some_and(|name| constraint(&op.table, name)),
        Operation::DropConstraint(op) => constraint(&op.table, &op.name),
        Operation::RenameConstraint(op) => constraint(&op.table, &op.name),
        Operation::CreateIndex(op) => {
            op.name.as_ref().is_some_and(|name| index(now.resolve(&op.table).schema, name))
        }
        Operation::DropIndex(op) => now.relations.contains_key(&now.resolve(&op.index)),
        Operation::RenameIndex(op) => now.relations.contains_key(&now.resolve(&op.index)),
        Operation::AddEnumValue(op) => {
            let name = ObjectRef::plain(crate::migration::object::ObjectKind::Type, &op.type_);
            let name = name.in_schema(&Ident::new(now.schema.as_str()));
            now.objects.get(&name).is_some_and(|object| object.labels.contains(&op.value))
        }
        other => match (other.changes_table(), other.column_needed()) {
            (Some(of), Some(column)) => table(of).is_some_and(|table| table.column(column).is_some()),
            (Some(of), None) => table(of).is_some(),
            (None, _) => false,
        },
    }
}
