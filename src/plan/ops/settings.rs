//! What tables, columns and sequences are set to: changed in expand, put back by rollback. Not one row is touched.

use crate::error::{Error, Result};
use crate::ident::{Ident, literal};
use crate::migration::change::{AlterSequence, SetStatistics, SetStorage, TableProperty};
use crate::migration::expression::words;
use crate::migration::object::{ObjectKind, ObjectRef};
use crate::migration::operation::TableRef;
use crate::migration::{after, mentions};
use crate::plan::objects::relation;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step};

pub(super) fn replica_identity(op: &TableProperty, draft: &mut Draft<'_>) -> Result<()> {
    let (table, _) = draft.table(&op.table)?;
    let known = ["DEFAULT", "FULL", "NOTHING", "USING INDEX"];
    if !known.iter().any(|word| mentions(&op.to, word)) {
        let error =
            Error::usage(format!("expected DEFAULT, FULL, NOTHING or USING INDEX, found `{}`", op.to));
        return Err(draft.blame(error, op.to.span));
    }
    let old = draft.now.settings.get(&table).map(|settings| settings.replica_identity.clone());
    let set = |to: &str| format!("ALTER TABLE {table} REPLICA IDENTITY {to}");
    let undo = old.iter().map(|old| set(old)).collect();
    draft.touch(&table, None);
    let index = after(&op.to, "USING INDEX").map(|index| Ident::parse(index.trim()));
    if index.is_some_and(|index| draft.takes_over_name(&table, &index)) {
        // Under that name there is another index until contract, which goes.
        let summary = format!("set the replica identity of {table} to {}", op.to);
        draft.last_in_contract(summary, Some(table.clone()), vec![set(&op.to)]);
        return Ok(());
    }
    draft.expand(Step::catalog_only(
        format!("set the replica identity of {table} to {}", op.to),
        &table,
        LockMode::AccessExclusive,
        vec![set(&op.to)],
        undo,
    ));
    Ok(())
}

/// Row-level security hides rows, so it comes in expand, where a rollback still helps, and goes in contract.
pub(super) fn row_security(op: &TableProperty, draft: &mut Draft<'_>) -> Result<()> {
    let (table, _) = draft.table(&op.table)?;
    let old = draft.now.settings.get(&table).cloned().unwrap_or_default();
    let (on, forced, was, back) = match op.to.trim().to_ascii_uppercase().as_str() {
        "ENABLE" => (true, false, old.row_security, "DISABLE"),
        "FORCE" => (true, true, old.forced_row_security, "NO FORCE"),
        "DISABLE" => (false, false, old.row_security, "ENABLE"),
        "NO FORCE" => (false, true, old.forced_row_security, "FORCE"),
        other => {
            let error = Error::usage(format!("expected ENABLE, DISABLE, FORCE or NO FORCE, found `{other}`"));
            return Err(draft.blame(error, op.to.span));
        }
    };
    if was == on {
        let state = match (forced, on) {
            (false, true) => "enabled",
            (false, false) => "disabled",
            (true, true) => "forced",
            (true, false) => "not forced",
        };
        draft.note(format!("row-level security of {table} is already {state}"));
        return Ok(());
    }
    let set = |to: &str| format!("ALTER TABLE {table} {to} ROW LEVEL SECURITY");
    let summary = format!("{} row-level security of {table}", op.to.to_lowercase());
    draft.touch(&table, None);
    if !on {
        draft.in_contract(summary, &table, [set(&op.to)]);
        return Ok(());
    }
    if !forced && !draft.is_new(&table) {
        draft.note(format!(
            "from expand on, both releases see of {table} only what policies show their roles"
        ));
    }
    let mode = LockMode::AccessExclusive;
    draft.expand(Step::catalog_only(summary, &table, mode, vec![set(&op.to)], vec![set(back)]));
    Ok(())
}

pub(super) fn storage(op: &SetStorage, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    let (target, old) = match &op.column {
        Some(column) => {
            let found = draft.column(&table_name, &table, column)?;
            let pairs = found.options.iter().filter_map(|option| option.split_once('='));
            let old = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            (format!("ALTER COLUMN {} ", found.name), old)
        }
        None => {
            let settings = draft.now.settings.get(&table_name).cloned().unwrap_or_default();
            (String::new(), settings.options)
        }
    };
    let alter = |verb: &str, list: &[String]| {
        (!list.is_empty()).then(|| format!("ALTER TABLE {table_name} {target}{verb} ({})", list.join(", ")))
    };
    let written = |list: &[crate::migration::operation::SqlText]| -> Vec<String> {
        list.iter().map(|one| one.value.clone()).collect()
    };
    let (mut set, mut reset) = (Vec::new(), Vec::new());
    for parameter in op.set.iter().chain(&op.reset) {
        let name = parameter.split('=').next().unwrap_or_default().trim().to_lowercase();
        match old.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => set.push(format!("{name} = {}", literal(value))),
            None => reset.push(name),
        }
    }
    let sql = [alter("SET", &written(&op.set)), alter("RESET", &written(&op.reset))];
    let undo = [alter("SET", &set), alter("RESET", &reset)];
    draft.touch(&table_name, op.column.as_deref());
    if op.column.is_some() {
        sql.iter().flatten().for_each(|sql| draft.again_if_replaced(&table_name, sql.clone()));
    }
    draft.expand(Step::catalog_only(
        format!("set parameters of {table_name}"),
        &table_name,
        LockMode::ShareUpdateExclusive,
        sql.into_iter().flatten().collect(),
        undo.into_iter().flatten().collect(),
    ));
    Ok(())
}

pub(super) fn statistics(op: &SetStatistics, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let column = draft.column(&table_name, &table, &op.column)?;
    let name = column.name.clone();
    let set =
        |target: i32| vec![format!("ALTER TABLE {table_name} ALTER COLUMN {name} SET STATISTICS {target}")];
    draft.touch(&table_name, Some(&name));
    draft.again_if_replaced(&table_name, set(op.statistics).concat());
    draft.expand(Step::catalog_only(
        format!("set the statistics target of {table_name}.{name}"),
        &table_name,
        LockMode::ShareUpdateExclusive,
        set(op.statistics),
        set(column.statistics.unwrap_or(-1)),
    ));
    Ok(())
}

/// The column that `OWNED BY` names.
fn owner(options: &str) -> Option<(TableRef, Ident)> {
    let text = crate::migration::after(options, "OWNED BY")?;
    let mut parts = words(&text).into_iter().map(|word| word.ident);
    let names: Vec<Ident> = parts.by_ref().take(3).collect();
    match &names[..] {
        [table, column] => Some((TableRef::bare(table.clone()), column.clone())),
        [schema, table, column] => {
            Some((TableRef { schema: Some(schema.clone()), name: table.clone() }, column.clone()))
        }
        _ => None,
    }
}

pub(super) fn sequence(op: &AlterSequence, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.object_name(&ObjectRef::plain(ObjectKind::Sequence, &op.name));
    let mut undo = Vec::new();
    if !draft.makes(&name) {
        let Some(old) = draft.object(&name) else {
            if op.if_exists {
                draft.note(format!("sequence {} does not exist", name.sql()));
                return Ok(());
            }
            return draft.own_object(&name, op.name.span).map(drop);
        };
        let options = old.options.unwrap_or_default();
        // The owner of an identity column's sequence can't be named, not even the same.
        let keep = if mentions(&op.options, "OWNED") {
            options.len()
        } else {
            options.find(" OWNED BY").unwrap_or(options.len())
        };
        undo.push(format!("ALTER SEQUENCE {} {}", name.sql(), &options[..keep]));
        if mentions(&op.options, "RESTART") {
            draft.note(format!("a rollback leaves the counter of sequence {} where it is", name.sql()));
        }
    }
    draft.touch_object(&name);
    if let Some((table, column)) = owner(&op.options).map(|(table, column)| (draft.resolve(&table), column))
        && draft.changes_type(&table, &column)
    {
        // It would go with the column that is replaced.
        draft.in_the_end(&table, format!("ALTER SEQUENCE {} {}", name.sql(), op.options));
        return Ok(());
    }
    draft.expand(Step::catalog_only(
        format!("alter sequence {}", name.sql()),
        &relation(&name),
        LockMode::ShareRowExclusive,
        vec![format!("ALTER SEQUENCE {} {}", name.sql(), op.options)],
        undo,
    ));
    Ok(())
}
