//! `ADD COLUMN … GENERATED ALWAYS AS (…)`. A virtual one is a row of the catalog. A stored one rewrites the table, and no
//! statement makes one out of a column that is filled already: so it is for tables that are small enough to stand still.

use super::add_column::{add, type_clauses};
use super::still;
use crate::catalog::Table;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::identity::Generation;
use crate::migration::operation::AddColumn;
use crate::migration::{generation, names};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Trial, Work};

pub(super) fn plan(
    op: &AddColumn,
    table_name: &TableName,
    table: &Table,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let column = &op.column;
    let name = &column.name;
    let Some(written) = &column.generated else { return Ok(()) };
    let Some(Generation::Computed { expression, stored }) = generation(written) else {
        let error = Error::usage(format!("`GENERATED {written}` can't be read"));
        return Err(draft.blame(error, written.span));
    };
    if column.default.is_some() || op.up.is_some() {
        let message = format!("column `{}` has two sources of its values", name.as_str());
        return Err(draft.blame(Error::usage(message), name.span));
    }
    draft.column_type(&column.type_)?;
    let virtually = draft.server_major() >= 18 && !stored;
    if virtually && !column.not_null {
        add(
            op,
            table_name,
            &format!("{name} {} GENERATED {written}", type_clauses(column)),
            Vec::new(),
            None,
            draft,
        );
        return Ok(());
    }
    if let Err(error) = still::can_be_rewritten(table_name, table, "adding a stored generated column") {
        let hint = format!(
            "let PostgreSQL compute it when it is read: a view, or from PostgreSQL 18 on a VIRTUAL column. Where rows have to \
             hold it: `add_column` with `up: {expression}` in YAML fills a plain column, and a trigger of your own, made in \
             a migration before, keeps it up to date; that is no generated column. In a maintenance window: `-- midflight: phase \
             expand` above the statement"
        );
        return Err(draft.blame(error.hint(hint), written.span));
    }
    if let Some(added) = expression_of_added(&expression, table_name, draft) {
        let message = format!(
            "generated column `{}` is computed from `{added}`, which this file adds: its values would be computed before those of \
             `{added}` are there",
            name.as_str()
        );
        let hint = "put the generated column in a migration of its own, after this one";
        return Err(draft.blame(Error::refused(message).hint(hint), written.span));
    }
    if let Some(replaced) = names(&expression).iter().find(|column| draft.is_retyped(table_name, column)) {
        let message = format!(
            "generated column `{}` is computed from `{replaced}`, which has its old type until contract",
            name.as_str()
        );
        let hint = "put the generated column in a migration that is expanded once this one is contracted";
        return Err(draft.blame(Error::refused(message).hint(hint), written.span));
    }
    compiles(op, &expression, table_name, draft);
    let not_null = if column.not_null { " NOT NULL" } else { "" };
    let definition = format!("{name} {} GENERATED {written}{not_null}", type_clauses(column));
    draft.add_column(table_name, name);
    // What the expression makes of each row is known before anything is changed; that it can't be evaluated, too.
    let value = format!("CAST(({expression}) AS {})", column.type_);
    let condition = match column.not_null {
        true => format!("{value} IS NULL"),
        false => format!("pg_catalog.num_nonnulls({value}) < 0"),
    };
    let key = Draft::row_name(table);
    let violations = draft.violations(
        table_name,
        format!("`{}` would be NULL in these rows", name.as_str()),
        format!("SELECT {key} FROM {table_name} WHERE {condition} LIMIT 20"),
    );
    draft.note(format!(
        "expand rewrites {table_name}, which has about {} rows, under ACCESS EXCLUSIVE",
        table.rows
    ));
    draft.expand(Step {
        work: Work::Rewrite,
        violations: Some(violations),
        ..Step::catalog_only(
            format!("add generated column {table_name}.{name}"),
            table_name,
            LockMode::AccessExclusive,
            vec![format!("ALTER TABLE {table_name} ADD COLUMN {definition}")],
            vec![format!("ALTER TABLE {table_name} DROP COLUMN IF EXISTS {name}")],
        )
    });
    Ok(())
}

/// Has the server compile the column in a table of its own, before anything is changed.
fn compiles(op: &AddColumn, expression: &str, table: &TableName, draft: &mut Draft<'_>) {
    let column = &op.column;
    let head = format!(
        "CREATE TEMPORARY TABLE midflight_generated_{} (LIKE {table}, {} {} GENERATED ALWAYS AS (",
        draft.trials.len(),
        column.name,
        type_clauses(column)
    );
    draft.trials.push(Trial {
        what: format!("the expression of generated column `{}`", column.name.as_str()),
        offset: head.len(),
        sql: format!("{head}{expression}) STORED) ON COMMIT DROP"),
        expression: String::new(),
        start: draft.span.start,
        end: draft.span.end,
        function: String::new(),
        instead: None,
    });
}

/// A column of the expression that is not there before the file.
fn expression_of_added(expression: &str, table: &TableName, draft: &Draft<'_>) -> Option<Ident> {
    let known = draft.now.tables.get(table)?;
    let named = names(expression);
    let mut columns = known.columns.iter().map(|column| &column.name);
    columns.find(|column| named.contains(column) && draft.adds_column(table, column)).cloned()
}
