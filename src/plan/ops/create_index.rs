//! `CREATE INDEX`: always concurrently, unless the table is new.

use super::offenders::duplicates;
use crate::catalog::{Evidence, Index, Partitioning, Table};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::mentions;
use crate::migration::operation::CreateIndex;
use crate::pg::naming;
use crate::plan::expression::{columns_used, without_table};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, Work};

pub(super) fn plan(op: &CreateIndex, draft: &mut Draft<'_>) -> Result<()> {
    let (table_name, table) = draft.table_or_partitioned(&op.table)?;
    let name = op.name.as_ref().map_or_else(|| free_name(op, &table_name, draft), |name| name.value.clone());
    let full = TableName::new(table_name.schema.clone(), name.clone());
    // A concurrent build that failed leaves an index which serves no query.
    let invalid = table.indexes.iter().any(|index| index.name == name && !index.valid);
    let built_again = op.if_not_exists && invalid && table.partitioning.is_none();
    if draft.exists(&full) && !built_again {
        if op.if_not_exists && !invalid {
            draft.note(format!("index {full} exists already"));
            return Ok(());
        }
        let error = Error::usage(format!("a relation named `{full}` exists already"));
        let error = if invalid && table.partitioning.is_some() {
            error.hint("it is INVALID, since a partition lacks its part: `ALTER INDEX … ATTACH PARTITION …` for each that is missing, or drop it")
        } else if invalid {
            error.hint("it is INVALID, left by a build that failed: write `IF NOT EXISTS`, and it is dropped and rebuilt")
        } else {
            error
        };
        return Err(draft.blame(error, op.name.as_ref().map_or(op.table.span, |name| name.span)));
    }
    draft.touch(&table_name, None);
    let tail = tail(op, &table_name);
    let built = TableName::new(table_name.schema.clone(), draft.physical_index(&table_name, &name));
    let columns: Vec<String> =
        op.columns.iter().map(|column| without_table(&column.value, &table_name.name)).collect();
    let mut steps = match &table.partitioning {
        Some(partitioning) => by_partition(op, &table_name, partitioning, &built, &tail, draft)?,
        None => vec![concurrently(op, &table_name, built, &tail)],
    };
    if built_again {
        draft.note(format!("index {full} exists and is INVALID: it is dropped and rebuilt"));
        steps.iter_mut().take(1).for_each(|first| {
            first.sql.insert(0, format!("DROP INDEX CONCURRENTLY IF EXISTS {full}"));
        });
    }
    // An index on a shadow column waits for the rows: building it first would make every batch write it.
    let uses_shadow = draft.filled_columns(&table_name);
    let text = format!("{} {}", columns.join(", "), op.predicate.as_ref().map_or("", |p| p.value.as_str()));
    draft.add_index(
        &table_name,
        added(op, &name, &tail, &columns_used(&text, &draft.column_names(&table_name, &table))),
    );
    if !columns_used(&text, &uses_shadow).is_empty() {
        steps.into_iter().for_each(|step| draft.after_rows(step));
        return Ok(());
    }
    let plain = |column: &String| table.column(&Ident::parse(column)).is_some() || is_value(column);
    if op.unique && columns.iter().all(plain) && draft.can_be_checked(&table_name, &text) {
        let predicate = op.predicate.as_ref().map(|p| p.value.as_str());
        let nulls = op.options.as_ref().is_some_and(|o| mentions(&o.value, "NULLS NOT DISTINCT"));
        let found = duplicates(draft, &table_name, &columns, predicate, nulls);
        steps.iter_mut().take(1).for_each(|first| first.violations = Some(found.clone()));
    }
    steps.into_iter().for_each(|step| draft.expand(step));
    Ok(())
}

fn concurrently(op: &CreateIndex, table: &TableName, index: TableName, tail: &str) -> Step {
    let (unique, name) = (if op.unique { "UNIQUE " } else { "" }, &index.name);
    Step::alone(
        format!("build {}index {name} on {table}", unique.to_lowercase()),
        table,
        format!("CREATE {unique}INDEX CONCURRENTLY {name} ON {table} {tail}"),
        vec![format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")],
        Work::IndexBuild,
        Evidence::IndexValid(index),
    )
}

/// PostgreSQL builds no index of a partitioned table concurrently. But CREATE INDEX on it takes over an index of a
/// partition that is like the one to build, and then has only catalog rows to write: so the partitions' come first.
fn by_partition(
    op: &CreateIndex,
    table: &TableName,
    partitioning: &Partitioning,
    index: &TableName,
    tail: &str,
    draft: &mut Draft<'_>,
) -> Result<Vec<Step>> {
    if op.unique {
        refuse_partial_key(op, table, partitioning, draft)?;
    }
    let mut steps = Vec::new();
    for leaf in partitioning.leaves() {
        let name = free_name(op, leaf, draft);
        let built = TableName::new(leaf.schema.clone(), name.clone());
        draft.add_index(leaf, added(op, &name, tail, &[]));
        steps.push(concurrently(op, leaf, built, tail));
    }
    let (unique, name) = (if op.unique { "UNIQUE " } else { "" }, &index.name);
    steps.push(Step::catalog_only(
        format!("make {}index {name} of {table} out of those of its partitions", unique.to_lowercase()),
        table,
        LockMode::Share,
        vec![format!("CREATE {unique}INDEX {name} ON {table} {tail}")],
        vec![format!("DROP INDEX IF EXISTS {index}")],
    ));
    Ok(steps)
}

/// Each partition sees its own rows only, so that only the partition key keeps equal values together.
fn refuse_partial_key(
    op: &CreateIndex,
    table: &TableName,
    partitioning: &Partitioning,
    draft: &Draft<'_>,
) -> Result<()> {
    let has = |column: &&Ident| op.columns.iter().any(|part| Ident::parse(head(&part.value)) == **column);
    let missing: Vec<String> =
        partitioning.key.iter().filter(|column| !has(column)).map(ToString::to_string).collect();
    if missing.is_empty() && !partitioning.by_expression {
        return Ok(());
    }
    let error = match partitioning.by_expression {
        true => {
            Error::refused(format!("`{table}` is partitioned by an expression: no index on it can be unique"))
        }
        false => Error::refused(format!(
            "a unique index on `{table}` has to name its partition key: {} missing",
            missing.join(", ")
        )),
    };
    Err(draft.blame(error, op.table.span))
}

/// The index as the catalog will have it, for columns that are replaced in the same migration.
fn added(op: &CreateIndex, name: &Ident, tail: &str, columns: &[Ident]) -> Index {
    let method = if op.using.is_some() { "" } else { "USING btree " };
    let include = op.include.iter().map(|column| &column.value);
    let columns = columns.iter().chain(include).cloned().collect();
    Index {
        name: name.clone(),
        definition: format!("{method}{tail}"),
        columns,
        parts: op.columns.iter().map(|column| plain_column(&column.value)).collect(),
        keys: op.columns.len(),
        unique: op.unique,
        valid: true,
        ..Index::default()
    }
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

/// The index that an operation makes, as the catalog will have it.
pub(crate) fn index_of(op: &CreateIndex, name: &Ident, table: &TableName, known: &Table) -> Index {
    let columns = op.columns.iter().map(|column| without_table(&column.value, &table.name));
    let predicate = op.predicate.as_ref().map_or("", |predicate| predicate.value.as_str());
    let text = format!("{} {predicate}", columns.collect::<Vec<_>>().join(", "));
    let used = columns_used(&text, known.columns.iter().map(|column| &column.name));
    added(op, name, &tail(op, table), &used)
}

fn free_name(op: &CreateIndex, table: &TableName, draft: &Draft<'_>) -> Ident {
    index_name(op, table, |name| draft.exists(&TableName::new(table.schema.clone(), name.clone())))
}

/// PostgreSQL's own scheme (`ChooseIndexName`): table, columns, `idx`, and a number while the name is taken.
pub(crate) fn index_name(op: &CreateIndex, table: &TableName, taken: impl Fn(&Ident) -> bool) -> Ident {
    let key = op.columns.iter().map(|column| Ident::new(column_name(&column.value)));
    let include = op.include.iter().map(|column| column.value.clone());
    let columns = naming::joined(&naming::index_columns(key.chain(include)));
    naming::object_name(table.name.as_str(), &columns, "idx", taken)
}

/// The column that stands alone in an index, whatever operator class and order stand behind it.
fn plain_column(text: &str) -> Option<Ident> {
    let text = text.trim();
    let head = head(text);
    let rest = text.get(head.len()..).unwrap_or_default().trim_start();
    (!head.is_empty() && !rest.starts_with('(')).then(|| Ident::parse(head))
}

/// What PostgreSQL calls an index column: the column, or the function of an expression that is a call.
pub(super) fn column_name(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.rsplit_once(')')).map(|(inner, _)| inner);
    let expression = inner.unwrap_or(text);
    let head = head(expression);
    let rest = expression.get(head.len()..).unwrap_or_default().trim_start();
    // Behind a bare column or call stand operator class and order; in parentheses only a cast leaves the name.
    let ends = |rest: &str| inner.is_none() || is_cast(rest);
    let is_call = !head.is_empty() && after_call(rest).is_some_and(ends);
    let is_column = !head.is_empty() && !rest.starts_with('(') && ends(rest);
    if is_call || is_column {
        return Ident::parse(head.rsplit('.').next().unwrap_or(head)).as_str().to_owned();
    }
    "expr".to_owned()
}

/// Nothing, or a cast and nothing behind it.
fn is_cast(rest: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | ':' | ' ' | '[' | ']');
    let plain = rest.split_once('(').map_or(rest, |(type_, _)| type_);
    rest.is_empty() || (rest.starts_with("::") && plain.chars().all(part))
}

/// What stands behind the arguments of a call.
fn after_call(text: &str) -> Option<&str> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 1 => return text.get(at + 1..).map(str::trim_start),
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Whether a part of an index is a value alone, without operator class, collation or order.
fn is_value(text: &str) -> bool {
    let text = text.trim();
    after_call(text.get(head(text).len()..).unwrap_or_default().trim_start()) == Some("")
}

/// The name at the beginning of a text, with its qualifiers.
fn head(text: &str) -> &str {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !(quoted || c == '"' || c == '_' || c == '.' || c == '$' || c.is_alphanumeric())
    });
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_columns_are_called_as_postgres_calls_them() {
        for (text, name) in [
            ("a DESC", "a"),
            ("\"Über all\" text_pattern_ops", "Über all"),
            ("lower(Note)", "lower"),
            ("pg_catalog.lower(note) DESC", "lower"),
            ("(lower(note))", "lower"),
            ("(a + b)", "expr"),
            ("((a || b))", "expr"),
            ("(lower(a) || ':' || id)", "expr"),
            ("(lower(a)::text)", "lower"),
            ("lower(a) text_pattern_ops", "lower"),
            ("(a::text)", "a"),
            ("(a::text || b)", "expr"),
        ] {
            assert_eq!(column_name(text), name, "{text}");
        }
    }
}
