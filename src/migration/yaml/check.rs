//! What a YAML entry must hold beyond its shape.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::migration::operation::{Operation, TransformColumns};
use crate::migration::source::{Source, Span};
use crate::migration::sql::unfinished;

/// What the shape alone doesn't say.
pub fn operation(source: &Source, entry: Span, operation: &Operation) -> Result<()> {
    let value = serde_json::to_value(operation).unwrap_or_default();
    texts(&value, "", &mut |key, text| check_text(source, entry, key, text))?;
    match operation {
        Operation::TransformColumns(transform) => transform_columns(source, transform),
        Operation::Sql(sql) => match (&sql.expand, &sql.contract) {
            (None, None) => {
                let error = Error::usage("`sql` says neither `expand` nor `contract`");
                let place = sql.rollback.as_ref().map(|rollback| rollback.span);
                Err(place.into_iter().fold(error, |error, place| error.at(source, place)))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// `up` makes every new column and nothing else, `down` every old one.
fn transform_columns(source: &Source, transform: &TransformColumns) -> Result<()> {
    let old = transform.from.iter().collect::<Vec<_>>();
    let new = transform.to.iter().map(|column| &column.name).collect::<Vec<_>>();
    for (list, columns) in [("from", &old), ("to", &new)] {
        if columns.is_empty() {
            let message = format!("`{list}` of `transform_columns` names no column");
            return Err(Error::usage(message).at(source, transform.table.span));
        }
    }
    for (side, list, columns, expressions) in
        [("up", "to", &new, &transform.up), ("down", "from", &old, &transform.down)]
    {
        if let Some(column) = columns.iter().find(|column| !expressions.contains_key(&column.value)) {
            let message = format!("`{side}` has no expression for column `{}`", column.as_str());
            return Err(Error::usage(message)
                .at(source, column.span)
                .hint(format!("`{side}` has exactly one expression for each column in `{list}`")));
        }
        let extra = expressions.iter().find(|(name, _)| !columns.iter().any(|column| column.value == **name));
        if let Some((name, expression)) = extra {
            let message =
                format!("`{side}` has an expression for `{}`, which is not in `{list}`", name.as_str());
            return Err(Error::usage(message).at(source, expression.span));
        }
    }
    Ok(())
}

/// Every text in a value, with the nearest key above it.
fn texts(value: &Value, key: &str, check: &mut impl FnMut(&str, &str) -> Result<()>) -> Result<()> {
    match value {
        Value::String(text) => check(key, text),
        Value::Array(values) => values.iter().try_for_each(|value| texts(value, key, check)),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| texts(value, key, check)),
        _ => Ok(()),
    }
}

/// Nothing is empty, and no quote or parenthesis stays open: it would swallow the SQL around it.
fn check_text(source: &Source, entry: Span, key: &str, text: &str) -> Result<()> {
    if key == "comment" {
        return Ok(());
    }
    if text.trim().is_empty() {
        return Err(Error::usage(format!("`{key}` is empty")).at(source, entry));
    }
    let names = matches!(
        key,
        "table"
            | "column"
            | "columns"
            | "referenced_columns"
            | "name"
            | "from"
            | "to"
            | "index"
            | "include"
            | "using_index"
    );
    let Some(fault) = unfinished(text).filter(|_| !names) else { return Ok(()) };
    let start = source.slice(entry).find(text).map_or(entry, |at| {
        let start = entry.start + at + fault.span.start;
        Span::new(start, start + 1)
    });
    Err(Error::usage(format!("in `{key}`: {}", fault.message)).at(source, start))
}
