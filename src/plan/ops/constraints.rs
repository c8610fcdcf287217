//! Constraints: `NOT VALID` then `VALIDATE`, or a concurrent unique index that becomes the constraint's.

use super::key_below;
use super::keys_of_partitions;
use super::offenders::{duplicates, nulls, orphans};
use super::old_rows;
use super::online::{enforce_not_null_but, validate};
use super::replace::comparable;
use crate::catalog::{Catalog, Constraint, ConstraintKind, Evidence, Index, Partitioning, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::{
    AddCheck, AddForeignKey, AddKey, ConstraintTarget, Name, Operation, TableRef, Unplaced,
};
use crate::migration::source::Located;
use crate::pg::naming;
use crate::plan::planner::{ColumnChange, ContractPart, Draft};
use crate::plan::{LockMode, Step, TableLock, Work};

pub(super) fn check(op: &AddCheck, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let condition = op.check.without_table(&table_name.name);
    let used = op.check.columns_of(&table_name.name, &draft.column_names(&table_name, &table));
    let only = if let [column] = &used[..] { column.as_str() } else { "" };
    let name = chosen(op.name.as_ref(), &table_name, only, "check", draft)?;
    let built = draft.physical_constraint(&table_name, &name, false);
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let definition = format!("CHECK ({condition}){options} NOT VALID");
    let mut step = add(&table_name, &built, &definition, LockMode::AccessExclusive);
    let retyped = used.iter().any(|column| draft.is_retyped(&table_name, column));
    if !retyped {
        step.violations = old_rows::violations(op, &table_name, &table, &name, &used, draft)?;
    }
    draft.touch(&table_name, None);
    draft.binds(&table_name, &used, &format!("rows that violate CHECK ({condition})"), "23514");
    let definition = format!("CHECK ({condition}){options}");
    let known = added(&built, ConstraintKind::Check, definition, &used, !op.not_valid);
    if retyped {
        // The old type need not have the operators.
        draft.has_copy_only(&table_name, known);
        return Ok(());
    }
    add_for_new_rows(step, &used, &table_name, draft);
    draft.add_constraint(&table_name, known);
    if !op.not_valid {
        draft.after_rows(validate(&table_name, &built));
    }
    Ok(())
}

/// A constraint as the catalog will have it, for columns that are replaced in the same migration.
pub(super) fn added(
    name: &Ident,
    kind: ConstraintKind,
    definition: String,
    columns: &[Ident],
    validated: bool,
) -> Constraint {
    Constraint {
        name: name.clone(),
        kind,
        definition,
        columns: columns.to_vec(),
        validated,
        ..Constraint::default()
    }
}

/// A constraint on a column that is filled row by row waits for the rows: a row without a value may violate it.
fn add_for_new_rows(step: Step, columns: &[Ident], table: &TableName, draft: &mut Draft<'_>) {
    if draft.filled_columns(table).iter().any(|filled| columns.contains(filled)) {
        draft.after_rows(step);
    } else {
        draft.expand(step);
    }
}

pub(super) fn foreign_key(op: &AddForeignKey, draft: &mut Draft<'_>) -> Result<()> {
    let parent = draft.resolve(&op.references);
    // Where no column is named it is the primary key, which in fact may be another one until contract.
    let op = &named_columns(op, &parent, draft);
    let list = |columns: &[Name]| columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    // The primary key may come in this file, and be an index only when the foreign key is made.
    let key = draft.now.tables.get(&parent).map(Table::key).unwrap_or_default();
    let key = key.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let referenced = match (op.referenced_columns.is_empty(), key.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(" ({key})"),
        (false, _) => format!(" ({})", list(&op.referenced_columns)),
    };
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    foreign_key_text(op, &format!("REFERENCES {parent}{referenced}{options}"), None, draft)
}

/// A foreign key with the columns that it refers to, where the file has changed what they are when nobody names them.
fn named_columns(op: &AddForeignKey, parent: &TableName, draft: &Draft<'_>) -> AddForeignKey {
    let key = |catalog: &Catalog| catalog.tables.get(parent).map(Table::key).unwrap_or_default();
    let (first, now) = (key(draft.first), key(&draft.now));
    let mut op = op.clone();
    if op.referenced_columns.is_empty() && first != now && !draft.is_new(parent) {
        op.referenced_columns = now.into_iter().map(|column| Name::new(column, op.references.span)).collect();
    }
    op
}

/// The same with the `REFERENCES` clause as SQL writes it, and the value that a new column has in every row.
pub(super) fn foreign_key_text(
    op: &AddForeignKey,
    references: &str,
    default: Option<&str>,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    let parent = draft.resolve(&op.references);
    if !draft.exists(&parent) {
        return Err(draft.blame(Error::usage(format!("table `{parent}` does not exist")), op.references.span));
    }
    let columns: Vec<String> = op.columns.iter().map(ToString::to_string).collect();
    let plain = naming::joined(op.columns.iter().map(|column| &column.value));
    let name = chosen(op.name.as_ref(), &table_name, &plain, "fkey", draft)?;
    let referenced: Vec<Ident> = match op.referenced_columns.is_empty() {
        true => draft.now.tables.get(&parent).map(Table::key).unwrap_or_default(),
        false => op.referenced_columns.iter().map(|column| column.value.clone()).collect(),
    };
    if named_columns(op, &parent, draft).referenced_columns != op.referenced_columns {
        let error =
            Error::refused(format!("this file gives `{parent}` another primary key: which one is meant?"));
        return Err(draft.blame(error.hint("name the columns: `REFERENCES …(…)`"), op.references.span));
    }
    if key_below::goes(&parent, &referenced, draft) {
        let orphans = orphans(op, &table_name, &table, &parent, default, draft);
        let definition = format!("FOREIGN KEY ({}) {references}", columns.join(", "));
        let key = key_below::Replaced {
            op,
            table: &table_name,
            parent: &parent,
            referenced: &referenced,
            name: &name,
            definition: &definition,
            orphans,
        };
        return key_below::in_contract(key, draft);
    }
    if let Some(partitioning) = &table.partitioning {
        let key = keys_of_partitions::ForeignKey {
            op,
            table: &table_name,
            partitioning,
            parent: &parent,
            name: &name,
            definition: &format!("FOREIGN KEY ({}) {references}", columns.join(", ")),
            orphans: orphans(op, &table_name, &table, &parent, default, draft),
        };
        return keys_of_partitions::foreign_key(key, draft);
    }
    let built = draft.physical_constraint(&table_name, &name, false);
    let named: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
    refuse_other_type_below(op, &table_name, &parent, &referenced, draft)?;
    if named.iter().any(|column| draft.is_retyped(&table_name, column)) {
        // The old type need not fit the other table's.
        draft.touch(&table_name, None);
        let definition = format!("FOREIGN KEY ({}) {references}", columns.join(", "));
        let known = added(&built, ConstraintKind::ForeignKey, definition, &named, !op.not_valid);
        draft.has_copy_only(&table_name, Constraint { references: Some(parent), ..known });
        return Ok(());
    }
    let definition = format!("FOREIGN KEY ({}) {references} NOT VALID", columns.join(", "));
    let mut step = add(&table_name, &built, &definition, LockMode::ShareRowExclusive);
    // The parent first and waiting, then the child without waiting: never hold one while queueing for the other.
    if !draft.is_new(&parent) && parent != table_name {
        step.locks.insert(0, TableLock { table: parent.clone(), mode: LockMode::ShareRowExclusive });
    }
    step.violations = orphans(op, &table_name, &table, &parent, default, draft);
    draft.touch(&table_name, None);
    draft.binds(
        &table_name,
        &named,
        &format!("values of {} that {parent} lacks", columns.join(", ")),
        "23503",
    );
    add_for_new_rows(step, &named, &table_name, draft);
    let definition = format!("FOREIGN KEY ({}) {references}", columns.join(", "));
    let known = added(&built, ConstraintKind::ForeignKey, definition, &named, !op.not_valid);
    draft.add_constraint(&table_name, Constraint { references: Some(parent), ..known });
    if !op.not_valid {
        draft.after_rows(validate(&table_name, &built));
    }
    Ok(())
}

/// The column that is referred to has its old type until contract, and a foreign key follows it only if it can be made
/// before.
fn refuse_other_type_below(
    op: &AddForeignKey,
    table: &TableName,
    parent: &TableName,
    referenced: &[Ident],
    draft: &Draft<'_>,
) -> Result<()> {
    for (column, target) in op.columns.iter().zip(referenced) {
        let type_of = |catalog: &Catalog, of: &TableName, column: &Ident| {
            Some(catalog.tables.get(of)?.column(column)?.type_info.clone())
        };
        if !draft.is_retyped(parent, target) || draft.is_retyped(table, column) {
            continue;
        }
        let types = (type_of(draft.first, parent, target), type_of(&draft.now, table, column));
        if let (Some(old), Some(own)) = types
            && !comparable(&old, &own)
        {
            let error = Error::refused(format!(
                "`{parent}.{}` has the type {} until contract, to which `{}` can't refer",
                target.as_str(),
                old.base,
                column.as_str()
            ));
            let hint = "put the foreign key in a migration that is expanded once this one is contracted";
            return Err(draft.blame(error.hint(hint), column.span));
        }
    }
    Ok(())
}

pub(super) fn unique(op: &AddKey, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    if let Some(partitioning) = &table.partitioning {
        return by_partition(op, &table_name, partitioning, ConstraintKind::Unique, draft);
    }
    let columns = key_columns(op, &table_name, &table, draft)?;
    key(op, &columns, "UNIQUE", "key", draft)
}

/// A key of a partitioned table.
fn by_partition(
    op: &AddKey,
    table: &TableName,
    partitioning: &Partitioning,
    kind: ConstraintKind,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let in_name = op.columns.iter().chain(&op.include).map(|column| &column.value);
    let name = match kind {
        ConstraintKind::PrimaryKey => chosen(op.name.as_ref(), table, "", "pkey", draft)?,
        _ => chosen(op.name.as_ref(), table, &naming::joined(in_name), "key", draft)?,
    };
    keys_of_partitions::key(&keys_of_partitions::Key { op, table, partitioning, name: &name, kind }, draft)
}

pub(super) fn primary_key(op: &AddKey, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_of_rows(&op.table)?;
    if let Some(key) =
        table.constraints.iter().find(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
    {
        let error = Error::refused(format!(
            "table `{table_name}` has a primary key already: `{}`",
            key.name.as_str()
        ))
        .hint("drop it in an earlier migration; between the two the table has no primary key, so make a UNIQUE constraint on the same columns first: it does its work meanwhile");
        return Err(draft.blame(error, op.table.span));
    }
    let columns = match table.partitioning {
        Some(_) => op.columns.iter().map(|column| column.value.clone()).collect(),
        None => key_columns(op, &table_name, &table, draft)?,
    };
    // Else `ADD PRIMARY KEY` reads the whole table for NULLs under ACCESS EXCLUSIVE.
    for column in &columns {
        if !table.proves_not_null(column) {
            draft.binds(&table_name, std::slice::from_ref(column), &format!("NULL in {column}"), "23514");
            let composite = draft.holds_rows(&table_name, column);
            let there = draft.can_be_checked(&table_name, std::slice::from_ref(column));
            let nulls = there.then(|| nulls(draft, &table_name, &table, column));
            enforce_not_null_but(draft, &table_name, column, composite, nulls);
            draft.change_column(&table_name, column, ColumnChange::NotNull);
        }
    }
    if let Some(partitioning) = &table.partitioning {
        return by_partition(op, &table_name, partitioning, ConstraintKind::PrimaryKey, draft);
    }
    key(op, &columns, "PRIMARY KEY", "pkey", draft)
}

/// The columns of a key: as written, or those of the index that it takes over.
fn key_columns(op: &AddKey, table_name: &TableName, table: &Table, draft: &Draft<'_>) -> Result<Vec<Ident>> {
    let Some(name) = &op.using_index else {
        return Ok(op.columns.iter().map(|column| column.value.clone()).collect());
    };
    let refuse = |error: Error| draft.blame(error, name.span);
    let Some(index) = draft.index(table, &name.value) else {
        return Err(refuse(Error::usage(format!("table `{table_name}` has no index `{}`", name.as_str()))));
    };
    let keys = index.parts.get(..index.keys).unwrap_or_default();
    let problem = if let Some(constraint) = &index.constraint {
        format!("belongs to constraint `{}` already", constraint.as_str())
    } else if !index.unique {
        "is not unique".to_owned()
    } else if keys.iter().any(Option::is_none) {
        "is on an expression".to_owned()
    } else if !index.valid {
        let error = Error::refused(format!("index `{}` is INVALID: a build of it has failed", name.as_str()));
        return Err(refuse(error.hint(
            "drop it, and name the columns instead of the index: midflight builds a new one concurrently",
        )));
    } else {
        return Ok(keys.iter().flatten().cloned().collect());
    };
    Err(refuse(Error::usage(format!("index `{}` {problem}", name.as_str()))))
}

/// The index is built in expand, where it starts to refuse duplicates; the constraint takes it over after the rows.
fn key(op: &AddKey, named: &[Ident], kind: &str, suffix: &str, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, _) = draft.table(&op.table)?;
    let in_name = op.columns.iter().chain(&op.include).map(|column| &column.value);
    let named_after = if suffix == "pkey" { String::new() } else { naming::joined(in_name) };
    let name = match (&op.name, &op.using_index) {
        // PostgreSQL leaves the index its name then.
        (None, Some(index)) => index.value.clone(),
        (name, Some(_)) => name.as_ref().map_or_else(Ident::default, |name| name.value.clone()),
        (name, None) => chosen(name.as_ref(), &table_name, &named_after, suffix, draft)?,
    };
    let built = match &op.using_index {
        Some(index) if index.value == name => name.clone(),
        _ => draft.physical_constraint(&table_name, &name, true),
    };
    let columns: Vec<String> = op.columns.iter().map(ToString::to_string).collect();
    let list = columns.join(", ");
    draft.touch(&table_name, None);
    let index = match &op.using_index {
        Some(index) => {
            draft.first_index(&TableName::new(table_name.schema.clone(), index.value.clone())).name
        }
        None => {
            let full = TableName::new(table_name.schema.clone(), built.clone());
            let nulls = if op.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            let include: Vec<String> = op.include.iter().map(ToString::to_string).collect();
            let include =
                if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", include.join(", ")) };
            let mut build = Step::alone(
                format!("build unique index {built} on {table_name}"),
                &table_name,
                format!("CREATE UNIQUE INDEX CONCURRENTLY {built} ON {table_name} ({list}){include}{nulls}"),
                vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {full}")],
                Work::IndexBuild,
                Evidence::IndexValid(full),
            );
            let exists = |column: &Name| !draft.adds_column(&table_name, column);
            if !draft.is_new(&table_name) && op.columns.iter().all(exists) {
                build.violations =
                    Some(duplicates(draft, &table_name, &columns, None, op.nulls_not_distinct));
            }
            draft.expand(build);
            let key: Vec<Ident> = op.columns.iter().map(|column| column.value.clone()).collect();
            draft.binds(&table_name, &key, &format!("a second row with the same {list}"), "23505");
            draft.add_index(
                &table_name,
                Index {
                    name: built.clone(),
                    definition: format!("USING btree ({list}){include}{nulls}"),
                    columns: op.columns.iter().chain(&op.include).map(|c| c.value.clone()).collect(),
                    parts: op.columns.iter().chain(&op.include).map(|c| Some(c.value.clone())).collect(),
                    keys: op.columns.len(),
                    unique: true,
                    valid: true,
                    constraint: Some(built.clone()),
                    ..Index::default()
                },
            );
            built.clone()
        }
    };
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let of = if kind == "UNIQUE" { ConstraintKind::Unique } else { ConstraintKind::PrimaryKey };
    draft.add_constraint(&table_name, added(&built, of, format!("{kind}{options}"), named, true));
    let add = |name: &Ident| {
        format!("ALTER TABLE {table_name} ADD CONSTRAINT {name} {kind} USING INDEX {index}{options}")
    };
    let letter = if kind == "UNIQUE" { ConstraintKind::Unique } else { ConstraintKind::PrimaryKey };
    let has_primary =
        |table: &Table| table.constraints.iter().any(|known| known.kind == ConstraintKind::PrimaryKey);
    let full = TableName::new(table_name.schema.clone(), index.clone());
    let adopted = op.using_index.is_some() && draft.first.relations.contains_key(&full);
    let second =
        letter == ConstraintKind::PrimaryKey && draft.first.tables.get(&table_name).is_some_and(has_primary);
    if second || adopted {
        // A table has one primary key, and until contract it is the old one. An index that was there before stays what it is
        // as long as a rollback may have to leave it so.
        draft.takes_name_itself(&table_name, &name);
        let summary = format!("make index {index} the primary key {name} of {table_name}");
        let sql = add(&name);
        let key = ContractPart::Key { summary, sql, table: table_name, index };
        draft.contract_transaction.parts.push(key);
        return Ok(());
    }
    draft.attached_keys.push((draft.finish.len(), table_name.clone(), named.to_vec()));
    draft.after_rows(Step::catalog_only(
        format!("make index {index} the constraint {built} of {table_name}"),
        &table_name,
        LockMode::AccessExclusive,
        vec![add(&built)],
        vec![format!("ALTER TABLE {table_name} DROP CONSTRAINT IF EXISTS {built}")],
    ));
    Ok(())
}

pub(super) fn validate_constraint(op: &ConstraintTarget, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, _) = draft.table_or_partitioned(&op.table)?;
    if !draft.has_constraint(&table_name, &op.name) {
        let error = Error::usage(format!("table `{table_name}` has no constraint `{}`", op.name.as_str()));
        return Err(draft.blame(error, op.name.span));
    }
    draft.touch(&table_name, None);
    let built = draft.first_constraint(&table_name, &op.name);
    draft.after_rows(validate(&table_name, &built));
    Ok(())
}

/// The given name, or the one that PostgreSQL would choose.
///
/// # Errors
/// Exit 2 where the given name is taken.
pub(super) fn chosen(
    name: Option<&Name>,
    table: &TableName,
    columns: &str,
    label: &str,
    draft: &Draft<'_>,
) -> Result<Ident> {
    let relation = |name: &Ident| TableName::new(table.schema.clone(), name.clone());
    let taken = |name: &Ident| draft.has_constraint(table, name) || draft.exists(&relation(name));
    let Some(name) = name else {
        return Ok(naming::object_name(table.name.as_str(), columns, label, taken));
    };
    // Only those with an index share their names with relations.
    let error = if draft.has_constraint(table, name) {
        Error::usage(format!("table `{table}` has a constraint `{}` already", name.as_str()))
    } else if matches!(label, "key" | "pkey" | "excl") && draft.exists(&relation(name)) {
        Error::usage(format!("a relation named `{}` exists already", relation(name)))
    } else {
        return Ok(name.value.clone());
    };
    let hint = "give the constraint another name; or drop the one that is there above this statement, and the new one takes \
                the name at contract";
    Err(draft.blame(error.hint(hint), name.span))
}

pub(super) fn add(table: &TableName, name: &Ident, definition: &str, mode: LockMode) -> Step {
    Step::catalog_only(
        format!("add constraint {name} to {table}, for new rows"),
        table,
        mode,
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")],
        vec![format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")],
    )
}

/// When a foreign key is checked, from contract on: the old release may rely on being told at once, and a rollback has
/// nothing to take back.
pub(super) fn set_timing(
    op: &Unplaced,
    table: &Located<TableRef>,
    name: &Name,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let (table_name, known) = draft.table_or_partitioned(table)?;
    if !known.constraints.iter().any(|constraint| constraint.name == name.value) {
        let error = Error::usage(format!("table `{table_name}` has no constraint `{}`", name.as_str()));
        return Err(draft.blame(error, name.span));
    }
    let renamed = draft.later.iter().any(|later| match later {
        Operation::RenameConstraint(rename) => {
            draft.resolve(&rename.table) == table_name && rename.name.value == name.value
        }
        Operation::RenameTable(rename) => draft.resolve(&rename.table) == table_name,
        _ => false,
    });
    if renamed {
        let error = Error::refused(format!("constraint `{}` or its table is renamed below", name.as_str()));
        return Err(draft.blame(error.hint("put this statement below the rename"), name.span));
    }
    draft.touch(&table_name, None);
    draft.note(format!(
        "constraint {name} of {table_name} is checked as before until contract: the new release can't rely on the change earlier"
    ));
    draft.last_in_contract(
        format!("change when constraint {name} of {table_name} is checked"),
        Some(table_name),
        vec![op.sql.clone()],
    );
    Ok(())
}
