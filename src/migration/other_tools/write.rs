//! What was converted, as text, and read back before anybody gets it.

use serde::Serialize;

use super::Written;
use crate::error::{Error, Result};
use crate::migration::operation::Operation;
use crate::migration::parse;
use crate::migration::source::{Source, Span};

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    operation: &'a Operation,
}

/// The entries of one operation, with its notes above.
pub(super) fn entries(source: &Source, span: Span, written: &[Written]) -> Result<String> {
    let mut text = String::new();
    for Written { notes, operation } in written {
        for note in notes {
            text.push_str(&format!("# {note}\n"));
        }
        let failed = |message: String| Error::usage(message).at(source, span);
        let entry = serde_saphyr::to_string(&[Entry { operation }])
            .map_err(|error| failed(format!("this can't be written as YAML: {error}")))?;
        let alone = Source::new("converted.yaml", format!("operations:\n{entry}"));
        let read = parse(alone).map_err(|error| Error { place: None, ..error }.at(source, span))?;
        if read.steps.first().map(|step| &step.operation) != Some(operation) {
            return Err(failed("this does not read back as what it is".to_owned()));
        }
        text.push_str(&entry);
    }
    Ok(text)
}

/// A whole file.
pub(super) fn file(notes: &[String], entries: &[String]) -> String {
    let notes: String = notes.iter().map(|note| format!("# {note}\n")).collect();
    if entries.iter().all(String::is_empty) {
        return format!("{notes}operations: []\n");
    }
    format!("{notes}operations:\n{}", entries.concat())
}
