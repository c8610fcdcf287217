//! YAML into steps. The serde form of [`super::operation::Operation`] is the format; what this adds is places and plain messages.

mod check;
mod entry;
mod message;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use super::Contents;
use super::operation::Step;
use super::source::{Located, Source, Span, reading};
use crate::error::{Error, Result};
use entry::{Entry, Keys};
pub use message::explain;

/// The file, its entries still unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline {
    #[serde(default)]
    version_schemas: bool,
    operations: Located<Vec<Located<Keys>>>,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[expect(dead_code, reason = "read with the outline")]
    #[serde(default)]
    version_schemas: bool,
    operations: Vec<Entry>,
}

/// Reads a file.
pub fn read(source: &Source) -> Result<Contents> {
    if source.text.lines().all(|line| line.trim_start().starts_with('#') || matches!(line.trim(), "" | "---"))
    {
        return Err(Error::usage(format!("`{}` is empty", source.path)).hint(message::SHAPE));
    }
    let outline: Outline = parse(source, "operation")?;
    let starts: Vec<usize> = outline.operations.iter().map(|entry| entry.span.start).collect();
    // `[]` is said on purpose: a migration that does nothing yet.
    let on_purpose = source.text[outline.operations.span.start..].starts_with('[');
    if starts.is_empty() && !on_purpose {
        return Err(Error::usage("`operations` is empty")
            .at(source, outline.operations.span)
            .hint(message::SHAPE));
    }
    for keys in &outline.operations.value {
        keys.value.check(source, keys.span)?;
    }
    let file: File = parse(source, "operation")?;
    let meaning = meaning(&file.operations)
        .map_err(|error| Error::usage(format!("`{}` can't be read: {error}", source.path)))?;
    let mut steps = Vec::new();
    for (number, entry) in file.operations.into_iter().enumerate() {
        let span = entry_span(source, starts[number], starts.get(number + 1).copied());
        check::operation(source, span, &entry.operation)?;
        let Entry { operation, allows, triggers } = entry;
        steps.push(Step { operation, span, statement: number, if_exists: None, allows, triggers });
    }
    let version_schema = outline.version_schemas;
    // Said nowhere, it must not change the checksum of what is in flight.
    let meaning = if version_schema { format!("version_schemas\n{meaning}") } else { meaning };
    Ok(Contents { statements: steps.len(), steps, version_schema, meaning })
}

/// What counts for the checksum.
fn meaning(entries: &[Entry]) -> serde_json::Result<String> {
    let operations: Vec<_> = entries.iter().map(|entry| &entry.operation).collect();
    let mut text = serde_json::to_string(&operations)?;
    // Said nowhere, it must not change the checksum of what is in flight.
    if entries.iter().any(|entry| entry.triggers.is_some()) {
        let triggers: Vec<_> = entries.iter().map(|entry| entry.triggers).collect();
        text.push_str(&serde_json::to_string(&triggers)?);
    }
    Ok(text)
}

pub(super) fn parse<'de, T: Deserialize<'de>>(source: &'de Source, choice: &str) -> Result<T> {
    let options = serde_saphyr::options! { with_snippet: false };
    let read = || serde_saphyr::from_str_with_options(&source.text, options);
    reading(&source.text, read).map_err(|error| message::explain(source, &error, choice))
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
