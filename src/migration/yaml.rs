//! YAML into steps. The serde form of [`Operation`] is the format; what this adds is places and plain messages.

mod entry;
mod message;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use super::Contents;
use super::operation::{Operation, Step, TransformColumns};
use super::source::{Located, Source, Span, reading};
use crate::error::{Error, Result};
use entry::{Entry, Keys};

/// The file, its entries still unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline {
    operations: Located<Vec<Located<Keys>>>,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    operations: Vec<Entry>,
}

/// Reads a file.
pub fn read(source: &Source) -> Result<Contents> {
    if source.text.lines().all(|line| line.trim_start().starts_with('#') || matches!(line.trim(), "" | "---"))
    {
        return Err(Error::usage(format!("`{}` is empty", source.path)).hint(message::SHAPE));
    }
    let outline: Outline = parse(source)?;
    let starts: Vec<usize> = outline.operations.iter().map(|entry| entry.span.start).collect();
    if starts.is_empty() {
        return Err(Error::usage("`operations` is empty")
            .at(source, outline.operations.span)
            .hint(message::SHAPE));
    }
    for keys in &outline.operations.value {
        keys.value.check(source, keys.span)?;
    }
    let file: File = parse(source)?;
    let meaning =
        serde_json::to_string(&file.operations.iter().map(|entry| &entry.operation).collect::<Vec<_>>())
            .map_err(|error| Error::usage(format!("`{}` can't be read: {error}", source.path)))?;
    let mut steps = Vec::new();
    for (number, entry) in file.operations.into_iter().enumerate() {
        let span = entry_span(source, starts[number], starts.get(number + 1).copied());
        check(source, &entry.operation)?;
        steps.push(Step { operation: entry.operation, span, statement: number, allows: entry.allows });
    }
    Ok(Contents { statements: steps.len(), steps, meaning })
}

fn parse<'de, T: Deserialize<'de>>(source: &'de Source) -> Result<T> {
    let options = serde_saphyr::options! { with_snippet: false };
    let read = || serde_saphyr::from_str_with_options(&source.text, options);
    reading(&source.text, read).map_err(|error| message::explain(source, &error))
}

/// An entry reaches to the next one; the spaces, dashes, commas and brackets in between belong to neither.
fn entry_span(source: &Source, start: usize, next: Option<usize>) -> Span {
    let end = next.unwrap_or(source.text.len());
    let written = source.slice(Span::new(start, end));
    let significant = |line: &&str| !line.trim_start().starts_with('#');
    let kept: usize = {
        let lines: Vec<&str> = written.split_inclusive('\n').collect();
        let last =
            lines.iter().rposition(|line| significant(line) && !line.trim().is_empty() && line.trim() != "-");
        lines[..last.map_or(0, |last| last + 1)].iter().map(|line| line.len()).sum()
    };
    let written = written[..kept].trim_end_matches(|c: char| c.is_whitespace() || c == ',' || c == '-');
    Span::new(start, start + written.len())
}

/// What the shape alone doesn't say.
fn check(source: &Source, operation: &Operation) -> Result<()> {
    match operation {
        Operation::TransformColumns(transform) => check_transform(source, transform),
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
fn check_transform(source: &Source, transform: &TransformColumns) -> Result<()> {
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
