//! What a YAML entry must hold beyond its shape.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::migration::object::{CreateObject, Naming, ObjectKind};
use crate::migration::operation::{Operation, TransformColumns};
use crate::migration::source::{Source, Span};
use crate::migration::sql::unfinished;

/// What the shape alone doesn't say.
pub fn operation(source: &Source, entry: Span, operation: &Operation) -> Result<()> {
    let value = serde_json::to_value(operation).unwrap_or_default();
    texts(&value, "", &mut |key, text| check_text(source, entry, key, text))?;
    let fields = operation.created().map(|(kind, op)| (kind, op.name.span, object_fields(kind, op)));
    if let Some((kind, place, Err(message))) = fields {
        return Err(Error::usage(message)
            .at(source, if place.end > place.start { place } else { entry })
            .hint(shape(kind)));
    }
    if let Some((kind, op)) = operation.dropped()
        && (kind.naming() == Naming::OnTable) != op.table.is_some()
    {
        let says = if op.table.is_some() { "means nothing for" } else { "is missing: what is the table of" };
        return Err(Error::usage(format!("`table` {says} the {}", kind.noun())).at(source, entry));
    }
    match operation {
        Operation::TransformColumns(transform) => transform_columns(source, transform),
        Operation::Sql(sql) => match (&sql.expand, &sql.rows, &sql.backfill, &sql.contract) {
            (None, None, None, None) => {
                let error = Error::usage("`sql` says neither `expand` nor `backfill` nor `contract`");
                let place = sql.rollback.as_ref().map(|rollback| rollback.span);
                Err(place.into_iter().fold(error, |error, place| error.at(source, place)))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Which of the fields that objects share belong to this kind.
fn object_fields(kind: ObjectKind, op: &CreateObject) -> std::result::Result<(), String> {
    let noun = kind.noun();
    let on_table = kind.naming() == Naming::OnTable;
    let bare = matches!(kind.naming(), Naming::Bare | Naming::OnTable);
    let optional = matches!(
        kind,
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Sequence | ObjectKind::Policy
    );
    let signature = kind.naming() == Naming::Signature;
    for (field, there, wanted, needed) in [
        ("table", op.table.is_some(), on_table, on_table),
        ("fires", op.fires.is_some(), kind == ObjectKind::Trigger, kind == ObjectKind::Trigger),
        ("arguments", op.arguments.is_some(), signature, false),
        ("definition", op.definition.is_some(), true, !optional),
        ("or_replace", op.or_replace, kind.is_replaceable(), false),
    ] {
        if there && !wanted {
            return Err(format!("`{field}` means nothing for a {noun}"));
        }
        if needed && !there {
            return Err(format!("`{field}` of the {noun} is missing"));
        }
    }
    if bare && op.name.schema.is_some() {
        return Err(format!("the name of a {noun} has no schema"));
    }
    Ok(())
}

fn shape(kind: ObjectKind) -> String {
    let key = kind.noun().replace(' ', "_");
    match kind.naming() {
        Naming::OnTable if kind == ObjectKind::Trigger => {
            "write `create_trigger: {name: …, fires: BEFORE INSERT, table: …, definition: FOR EACH ROW …}`"
                .to_owned()
        }
        Naming::OnTable => format!("write `create_{key}: {{name: …, table: …, definition: …}}`"),
        Naming::Signature => {
            format!("write `create_{key}: {{name: …, arguments: […], definition: RETURNS …}}`")
        }
        _ => format!("write `create_{key}: {{name: …, definition: …}}`"),
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
            | "value"
            | "before"
            | "after"
    );
    let Some(fault) = unfinished(text).filter(|_| !names) else { return Ok(()) };
    let start = source.slice(entry).find(text).map_or(entry, |at| {
        let start = entry.start + at + fault.span.start;
        Span::new(start, start + 1)
    });
    Err(Error::usage(format!("in `{key}`: {}", fault.message)).at(source, start))
}
