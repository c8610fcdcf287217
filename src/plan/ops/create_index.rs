//! `CREATE INDEX`: always concurrently, unless the table is new.

use super::constraints::duplicates;
use crate::catalog::Evidence;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, fit};
use crate::migration::operation::CreateIndex;
use crate::plan::expression::{columns_used, without_table};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Work};

pub(super) fn plan(op: &CreateIndex, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table(&op.table)?;
    let name = op.name.as_ref().map_or_else(|| default_name(op, &table_name), |name| name.value.clone());
    let full = TableName::new(table_name.schema.clone(), name.clone());
    if draft.exists(&full) {
        if op.if_not_exists {
            draft.note(format!("index {full} exists already"));
            return Ok(());
        }
        let error = Error::usage(format!("a relation named `{full}` exists already"));
        return Err(draft.blame(error, op.name.as_ref().map_or(op.table.span, |name| name.span)));
    }
    draft.touch(&table_name, None);
    let unique = if op.unique { "UNIQUE " } else { "" };
    let tail = tail(op, &table_name);
    let undo = vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {full}")];
    if draft.is_new(&table_name) {
        let sql = vec![format!("CREATE {unique}INDEX {name} ON {table_name} {tail}")];
        let undo = vec![format!("DROP INDEX IF EXISTS {full}")];
        draft.expand(Step::catalog_only(
            format!("build index {name} on the new table {table_name}"),
            &table_name,
            LockMode::Share,
            sql,
            undo,
        ));
        return Ok(());
    }
    let mut step = Step::alone(
        format!("build {}index {name} on {table_name}", unique.to_lowercase()),
        &table_name,
        format!("CREATE {unique}INDEX CONCURRENTLY {name} ON {table_name} {tail}"),
        undo,
        Work::IndexBuild,
        Evidence::IndexValid(full),
    );
    let columns: Vec<String> =
        op.columns.iter().map(|column| without_table(&column.value, &table_name.name)).collect();
    // An index on a shadow column waits for the rows: building it first would make every batch write it.
    let uses_shadow = draft.shadow_columns(&table_name);
    let text = format!("{} {}", columns.join(", "), op.predicate.as_ref().map_or("", |p| p.value.as_str()));
    if !columns_used(&text, &uses_shadow).is_empty() {
        draft.after_rows(step);
        return Ok(());
    }
    let plain = columns.iter().all(|column| table.column(&Ident::parse(column)).is_some());
    if op.unique && plain {
        step.violations =
            Some(duplicates(draft, &table_name, &columns, op.predicate.as_ref().map(|p| p.value.as_str())));
    }
    draft.expand(step);
    Ok(())
}

fn tail(op: &CreateIndex, table: &TableName) -> String {
    let plain = |text: &str| without_table(text, &table.name);
    let columns: Vec<String> = op.columns.iter().map(|column| plain(&column.value)).collect();
    let mut tail = op.using.as_ref().map(|method| format!("USING {method} ")).unwrap_or_default();
    tail.push_str(&format!("({})", columns.join(", ")));
    if !op.include.is_empty() {
        let include: Vec<String> = op.include.iter().map(ToString::to_string).collect();
        tail.push_str(&format!(" INCLUDE ({})", include.join(", ")));
    }
    if let Some(options) = &op.options {
        tail.push_str(&format!(" {}", options.value));
    }
    if let Some(predicate) = &op.predicate {
        tail.push_str(&format!(" WHERE {}", plain(&predicate.value)));
    }
    tail
}

/// PostgreSQL's own scheme: table, columns (`expr` for an expression), `idx`.
fn default_name(op: &CreateIndex, table: &TableName) -> Ident {
    let part = |column: &str| {
        let first = column.split_whitespace().next().unwrap_or_default();
        let bare = first.trim_matches('"');
        if bare.chars().all(|c| c.is_alphanumeric() || c == '_') {
            bare.to_owned()
        } else {
            "expr".to_owned()
        }
    };
    let columns: Vec<String> = op.columns.iter().map(|column| part(&column.value)).collect();
    Ident::new(fit(&format!("{}_{}_idx", table.name.as_str(), columns.join("_"))))
}
