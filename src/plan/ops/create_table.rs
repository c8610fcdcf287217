//! `CREATE TABLE`: runs as written, in expand.

use crate::catalog::{Column, Table};
use crate::error::{Error, Result};
use crate::migration::operation::{ColumnDef, CreateTable, Name};
use crate::plan::planner::{CREATES, Draft};
use crate::plan::{LockMode, Step, TableLock};

pub(super) fn plan(op: &CreateTable, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.resolve(&op.table);
    if draft.exists(&name) {
        if op.if_not_exists {
            draft.note(format!("{name} exists already"));
            return Ok(());
        }
        return Err(
            draft.blame(Error::usage(format!("a relation named `{name}` exists already")), op.table.span)
        );
    }
    let twice = |(at, column): (usize, &ColumnDef)| {
        op.columns[..at].iter().any(|earlier| earlier.name == column.name).then(|| column.name.clone())
    };
    if let Some(column) = op.columns.iter().enumerate().find_map(twice) {
        let error = Error::usage(format!("column `{}` of {name} is named twice", column.as_str()));
        return Err(draft.blame(error, column.span));
    }
    draft.touch(&name, None);
    let sql = op.statement.clone().unwrap_or_else(|| statement(op, &name.to_string()));
    let mut step = Step::catalog_only(
        format!("create table {name}"),
        &name,
        LockMode::AccessExclusive,
        vec![sql],
        vec![format!("DROP TABLE IF EXISTS {name}")],
    );
    step.id = CREATES.to_owned();
    // The new table is locked too, but nobody waits for it.
    step.locks = op
        .references
        .iter()
        .map(|parent| TableLock { table: draft.resolve(parent), mode: LockMode::ShareRowExclusive })
        .collect();
    draft.expand(step);
    draft.add_table(
        name,
        Table { owned: true, columns: op.columns.iter().map(column).collect(), ..Table::default() },
    );
    Ok(())
}

fn statement(op: &CreateTable, name: &str) -> String {
    let columns = op.columns.iter().map(definition);
    let constraints = op.constraints.iter().map(|constraint| constraint.value.clone());
    let parts: Vec<String> = columns.chain(constraints).map(|part| format!("  {part}")).collect();
    let options = op.options.as_ref().map(|options| format!(" {}", options.value)).unwrap_or_default();
    let unlogged = if op.unlogged { "UNLOGGED " } else { "" };
    format!("CREATE {unlogged}TABLE {name} (\n{}\n){options}", parts.join(",\n"))
}

fn definition(column: &ColumnDef) -> String {
    // STORAGE and COMPRESSION, which are among the options, stand next to the type.
    let options = column.options.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    let mut sql = format!("{} {}{options}", column.name, column.type_);
    let mut clause = |name: Option<&Name>, keyword: &str, text: Option<&str>| {
        if let Some(text) = text {
            let name = name.map(|name| format!(" CONSTRAINT {name}")).unwrap_or_default();
            let space = if text.is_empty() { "" } else { " " };
            sql.push_str(&format!("{name} {keyword}{space}{text}"));
        }
    };
    let key = column.key_options.as_ref().map_or("", |text| text.value.as_str());
    let names = &column.names;
    clause(None, "COLLATE", column.collation.as_ref().map(|name| name.value.as_str()));
    clause(None, "DEFAULT", column.default.as_ref().map(|expr| expr.value.as_str()));
    clause(None, "GENERATED", column.generated.as_ref().map(|text| text.value.as_str()));
    clause(names.not_null.as_ref(), "NOT NULL", column.not_null.then_some(""));
    clause(names.primary_key.as_ref(), "PRIMARY KEY", column.primary_key.then_some(key));
    clause(names.unique.as_ref(), "UNIQUE", column.unique.then_some(key));
    let check = column.check.as_ref().map(|check| format!("({})", check.value));
    clause(names.check.as_ref(), "CHECK", check.as_deref());
    let references = column.references.as_ref().map(|text| text.value.as_str());
    clause(names.references.as_ref(), "REFERENCES", references);
    sql
}

fn column(column: &ColumnDef) -> Column {
    Column {
        name: column.name.value.clone(),
        type_: column.type_.value.clone(),
        not_null: column.not_null || column.primary_key,
        default: column.default.as_ref().map(|expr| expr.value.clone()),
        ..Column::default()
    }
}

#[cfg(test)]
mod tests {
    use super::definition;
    use crate::migration::operation::Operation;
    use crate::migration::parse;
    use crate::migration::source::Source;

    #[test]
    fn a_column_says_all_that_was_written() {
        for written in [
            "a integer",
            "\"A b\" text STORAGE external COLLATE \"C\" DEFAULT 'x' CONSTRAINT given NOT NULL",
            "a integer CONSTRAINT k PRIMARY KEY DEFERRABLE INITIALLY DEFERRED",
            "a integer CONSTRAINT u UNIQUE NULLS NOT DISTINCT CONSTRAINT c CHECK (a > 0) CONSTRAINT f REFERENCES t (id) ON DELETE SET NULL",
            "a bigint GENERATED ALWAYS AS IDENTITY NOT NULL",
        ] {
            let migration = parse(Source::new("m.sql", format!("CREATE TABLE t ({written})"))).unwrap();
            let Operation::CreateTable(create) = &migration.steps[0].operation else { panic!("{written}") };
            assert_eq!(definition(&create.columns[0]), written);
        }
    }
}
