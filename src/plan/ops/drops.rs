//! Removals: optional in expand, gone in contract, refused while something depends on what goes.

use crate::catalog::{ConstraintKind, Dependent, Evidence, Inbound, ObjectClass, RelationKind, Table, View};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{ConstraintTarget, DropColumn, DropIndex, DropTable, Name};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Mode, Step, TableLock, Work};

pub(super) fn column(op: &DropColumn, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    if op.if_exists && table.column(&op.column).is_none() {
        draft.note(format!("{table_name}.{} is gone already", op.column));
        return Ok(());
    }
    let column = draft.column(&table_name, &table, &op.column)?;
    let name = column.name.clone();
    draft.not_inherited(&table_name, column, &op.column)?;
    if draft.adds_column(&table_name, &name) {
        return column_again(&table_name, &op.column, draft);
    }
    draft.touch(&table_name, Some(&name));
    let mut blocking = draft.remaining(obstacles(&table_name, &table, &column.name, false));
    blocking.extend(table.sequence_users.get(&name).iter().flat_map(|users| draft.standing(users)));
    if !blocking.is_empty() {
        let error = Error::refused(format!(
            "column `{}` of `{table_name}` can't be dropped: something depends on it",
            column.name.as_str()
        ));
        return Err(draft.blame(
            error.details(depend(blocking)).hint("drop what depends on it in an earlier migration"),
            op.column.span,
        ));
    }
    if table.partitioning.as_ref().is_some_and(|partitioning| partitioning.key.contains(&name)) {
        let error = Error::refused(format!(
            "column `{}` is in the partition key of `{table_name}`",
            column.name.as_str()
        ));
        let hint =
            "no statement takes it out: make a table that is partitioned in another way, and move the rows";
        return Err(draft.blame(error.hint(hint), op.column.span));
    }
    // The new release no longer writes the column, so it has to be optional from now on.
    if !draft.is_new(&table_name) {
        draft.can_be_left_out(&table_name, column, op.column.span)?;
    }
    let required = column.not_null
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none();
    // Until contract the key that is there now requires it.
    let in_key = draft.first.tables.get(&table_name).is_some_and(|first| first.key().contains(&name));
    if required && in_key {
        let error = Error::refused(format!(
            "column `{}` is in the primary key of `{table_name}` and has no default",
            column.name.as_str()
        ))
        .hint("give it a default, or replace the primary key in an earlier migration");
        return Err(draft.blame(error, op.column.span));
    }
    if required {
        let step = super::online::let_be_null(draft, &table_name, &table, &name);
        draft.expand(Step { summary: format!("{}: the new release doesn't write it", step.summary), ..step });
    }
    draft.in_contract(
        format!("drop {table_name}.{name}"),
        &table_name,
        [format!("ALTER TABLE {table_name} DROP COLUMN {name}")],
    );
    draft.tell_of_copied(&table_name, Some(&name));
    draft.drops_expression(&table_name, &name);
    draft.drops_table(table.oid, Some(&name));
    draft.drop_column(&table_name, &name);
    Ok(())
}

/// A column that the file itself has added.
fn column_again(table: &TableName, column: &Name, draft: &mut Draft<'_>) -> Result<()> {
    let mut constraints = draft.added_constraints.iter();
    let constrained = constraints.any(|(of, added)| of == table && added.columns.contains(column));
    if constrained || draft.filled_columns(table).contains(column) {
        let message = format!("column `{}` of `{table}` is added and dropped in one file", column.as_str());
        return Err(draft.blame(Error::refused(message).hint("leave both out"), column.span));
    }
    let sql = vec![format!("ALTER TABLE {table} DROP COLUMN {column}")];
    draft.expand(Step::catalog_only(
        format!("drop {table}.{column} again"),
        table,
        LockMode::AccessExclusive,
        sql,
        Vec::new(),
    ));
    Ok(())
}

/// What stands in the way of dropping a column. Indexes and constraints on it go with it, unless `strict`.
pub(super) fn obstacles(name: &TableName, table: &Table, column: &Ident, strict: bool) -> Vec<String> {
    let on_column = |columns: &[Ident]| columns.contains(column);
    let mut found = table.dependents_of(name, column);
    if strict {
        found.extend(
            table
                .indexes
                .iter()
                .filter(|i| i.constraint.is_none() && on_column(&i.columns))
                .map(|i| format!("index {}", i.name.as_str())),
        );
        found.extend(
            table
                .constraints
                .iter()
                .filter(|c| on_column(&c.columns) && c.kind != ConstraintKind::NotNull)
                .map(|c| format!("constraint {}", c.name.as_str())),
        );
    }
    found
}

/// As an error lists them.
pub(super) fn depend(obstacles: Vec<String>) -> impl Iterator<Item = String> {
    obstacles.into_iter().map(|what| format!("depends on it: {what}"))
}

pub(super) fn table(op: &DropTable, draft: &mut Draft<'_>) -> Result<()> {
    let resolved = draft.resolve(&op.table);
    if op.if_exists && !draft.exists(&resolved) {
        draft.note(format!("{resolved} is gone already"));
        return Ok(());
    }
    let (name, table) = draft.table_that_goes(&op.table)?;
    if table.referenced_from_above {
        let error = Error::refused(format!(
            "partition `{name}` can't be dropped: foreign keys refer to rows of the table above it"
        ));
        let hint = "detach it above this statement: `ALTER TABLE … DETACH PARTITION …`, which PostgreSQL refuses while one of its \
                    rows is referred to";
        return Err(draft.blame(error.hint(hint), op.table.span));
    }
    draft.touch(&name, None);
    if let Some(above) = &table.partition_of {
        // Who writes by way of the table above locks that one first.
        draft.lock_in_contract(above, LockMode::AccessExclusive);
        draft.touch(above, None);
    }
    // A generated column of the table itself goes with it.
    let others = table.dependents.values().flatten().filter(|one| one.class != ObjectClass::Default);
    let mut blocking: Vec<String> = others.map(|one| one.what.clone()).collect();
    blocking.extend(table.views.iter().map(View::described));
    let keys = table.referenced_by.iter().filter(|key| key.table != name && !draft.drops_key(key));
    blocking
        .extend(keys.map(|key| format!("foreign key {} of table {}", key.constraint.as_str(), key.table)));
    blocking = draft.remaining(blocking);
    let counting: Vec<Dependent> = table.sequence_users.values().flatten().cloned().collect();
    let own = draft.first.tables.get(&name).map(|first| first.oid);
    let others: Vec<Dependent> = counting.into_iter().filter(|user| Some(user.oid) != own).collect();
    blocking.extend(draft.standing(&others));
    blocking.extend(row_type_users(&table, draft));
    blocking.sort();
    blocking.dedup();
    if !blocking.is_empty() {
        let error = Error::refused(format!("table `{name}` can't be dropped: something depends on it"));
        return Err(error.details(depend(blocking)));
    }
    if let Some(aside) = &op.aside {
        return set_aside(&name, aside, draft);
    }
    for constraint in &table.constraints {
        if let Some(parent) = &constraint.references {
            draft.lock_in_contract(parent, LockMode::AccessExclusive);
        }
    }
    draft.tell_of_copied(&name, None);
    draft.drops_table(table.oid, None);
    draft.in_contract(format!("drop table {name}"), &name, [format!("DROP TABLE {name}")]);
    Ok(())
}

/// What stores rows of a table, takes or gives them, and does not go before it.
fn row_type_users(table: &Table, draft: &Draft<'_>) -> Vec<String> {
    let dropped_columns = draft.dropped_columns.iter().map(|(of, column)| format!("{of}.{column}"));
    let gone: Vec<String> = dropped_columns.collect();
    let stays = |column: &&String| {
        let in_dropped = draft.first.tables.iter().any(|(name, one)| {
            draft.objects.gone.contains(&(one.oid, None)) && column.starts_with(&format!("{name}."))
        });
        !in_dropped && !gone.contains(column)
    };
    let stored = table.row_stored_in.iter().filter(stays).map(|column| format!("column {column}"));
    let functions = table.row_functions.iter().filter(|function| {
        ["function", "procedure"].iter().all(|kind| draft.keeps(&format!("{kind} {function}")))
    });
    stored.chain(functions.map(|function| format!("function {function}"))).collect()
}

/// Contract renames the table, and nobody loses a row.
fn set_aside(name: &TableName, aside: &Name, draft: &mut Draft<'_>) -> Result<()> {
    let kept = TableName::new(name.schema.clone(), aside.value.clone());
    if draft.exists(&kept) {
        let error = Error::usage(format!("a relation named `{kept}` exists already"));
        return Err(draft.blame(error, aside.span));
    }
    draft.touch(&kept, None);
    draft.note(format!(
        "contract keeps {name} as {kept}, with its rows; `ALTER TABLE {kept} RENAME TO {}` is the way back, and a later \
         migration drops it",
        name.name
    ));
    let rename = format!("ALTER TABLE {name} RENAME TO {}", kept.name);
    draft.in_contract(format!("set table {name} aside as {kept}"), name, [rename]);
    Ok(())
}

pub(super) fn constraint(op: &ConstraintTarget, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let found = table.constraints.iter().find(|constraint| constraint.name == op.name.value);
    let Some(found) = found else {
        if op.if_exists {
            draft.note(format!("constraint {} of {table_name} is gone already", op.name));
            return Ok(());
        }
        let error = Error::usage(format!("table `{table_name}` has no constraint `{}`", op.name.as_str()));
        return Err(draft.blame(error, op.name.span));
    };
    let refers = |key: &&Inbound| key.columns == found.columns && !draft.drops_key(key);
    if matches!(found.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique)
        && let Some(key) = table.referenced_by.iter().find(refers)
    {
        let error = Error::refused(format!(
            "constraint `{}` of `{table_name}` can't be dropped: foreign key `{}` of table `{}` refers to its columns",
            op.name.as_str(),
            key.constraint.as_str(),
            key.table
        ));
        return Err(draft.blame(error.hint("drop the foreign key above this statement"), op.name.span));
    }
    let blocking = draft.remaining(found.needed_by.clone());
    if !blocking.is_empty() {
        let error = Error::refused(format!(
            "constraint `{}` of `{table_name}` can't be dropped: something depends on it",
            op.name.as_str()
        ));
        let hint = "drop what depends on it above this statement, and recreate it below";
        return Err(draft.blame(error.details(depend(blocking)).hint(hint), op.name.span));
    }
    draft.touch(&table_name, None);
    if let Some(parent) = &found.references {
        draft.lock_in_contract(parent, LockMode::AccessExclusive);
    }
    draft.in_contract(
        format!("drop constraint {} of {table_name}", op.name),
        &table_name,
        // Gone already, if a column that it is on went first.
        [format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {}", op.name)],
    );
    let first = draft.first_constraint(&table_name, &op.name);
    draft.drop_constraint(&table_name, &first);
    Ok(())
}

/// A foreign key depends on the unique index of the columns that it refers to.
fn refuse_under_key(op: &DropIndex, name: &TableName, draft: &Draft<'_>) -> Result<()> {
    let Some(table_name) = draft.table_of(name) else { return Ok(()) };
    let Some(table) = draft.now.tables.get(&table_name) else { return Ok(()) };
    let Some(index) = table.indexes.iter().find(|known| known.name == name.name && known.unique) else {
        return Ok(());
    };
    let key: Vec<&Ident> = index.parts.iter().take(index.keys).flatten().collect();
    let same = |columns: &[Ident]| columns.len() == key.len() && columns.iter().all(|one| key.contains(&one));
    let guarded = table.constraints.iter().any(|known| {
        matches!(known.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique) && same(&known.columns)
    });
    let refers = |found: &&Inbound| same(&found.columns) && !draft.drops_key(found);
    let Some(found) = table.referenced_by.iter().find(refers).filter(|_| !guarded) else { return Ok(()) };
    let error = Error::refused(format!(
        "index `{name}` can't be dropped: foreign key `{}` of table `{}` depends on it",
        found.constraint.as_str(),
        found.table
    ));
    Err(draft.blame(error.hint("drop the foreign key above this statement"), op.index.span))
}

pub(super) fn index(op: &DropIndex, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.resolve(&op.index);
    match draft.relation_kind(&name) {
        Some(RelationKind::Index) => {}
        None if op.if_exists => {
            draft.note(format!("index {name} is gone already"));
            return Ok(());
        }
        None => {
            return Err(draft.blame(Error::usage(format!("index `{name}` does not exist")), op.index.span));
        }
        Some(RelationKind::PartitionedIndex) => {
            let error = Error::refused(format!("index `{name}` is that of a partitioned table, which DROP INDEX CONCURRENTLY refuses"))
                .hint("without it the statement locks the table and every partition for an instant: leave CONCURRENTLY out and write `-- midflight: phase contract` above it");
            return Err(draft.blame(error, op.index.span));
        }
        Some(_) => return Err(draft.blame(Error::usage(format!("`{name}` is not an index")), op.index.span)),
    }
    if let Some(constraint) = draft.constraint_of_index(&name) {
        let error = Error::usage(format!("index `{name}` belongs to constraint `{}`", constraint.as_str()))
            .hint("drop the constraint: `ALTER TABLE … DROP CONSTRAINT`; its index goes with it");
        return Err(draft.blame(error, op.index.span));
    }
    refuse_under_key(op, &name, draft)?;
    let name = draft.forget_index_name(&name);
    draft.drop_index(&name);
    draft.contract_alone(Step {
        id: String::new(),
        summary: format!("drop index {name}"),
        sql: vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {name}")],
        undo: Vec::new(),
        mode: Mode::Alone { done_when: Some(Evidence::IndexGone(name.clone())) },
        locks: vec![TableLock { table: name, mode: LockMode::ShareUpdateExclusive }],
        work: Work::Catalog,
        violations: None,
        undo_violations: None,
        undo_apart: false,
        versions: None,
        without_partitions: false,
        of_partition: false,
    });
    Ok(())
}
