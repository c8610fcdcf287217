//! What is wrong with a YAML file, in the words of its author.

use serde_saphyr::Error as YamlError;

use crate::error::Error;
use crate::migration::source::{Position, Source, Span};
use crate::text::nearest;

/// What a file looks like.
pub const SHAPE: &str =
    "a migration is `operations:` and a list of operations such as `- add_column: {table: …, column: {…}}`";

/// Every operation that YAML can spell.
pub const OPERATIONS: &[&str] = &[
    "create_table",
    "drop_table",
    "rename_table",
    "add_column",
    "drop_column",
    "rename_column",
    "change_type",
    "transform_columns",
    "set_not_null",
    "drop_not_null",
    "set_default",
    "drop_default",
    "add_identity",
    "set_identity",
    "drop_identity",
    "drop_expression",
    "set_comment",
    "add_check",
    "add_foreign_key",
    "add_unique",
    "add_primary_key",
    "validate_constraint",
    "drop_constraint",
    "create_index",
    "drop_index",
    "create_type",
    "create_domain",
    "create_schema",
    "create_extension",
    "create_sequence",
    "create_view",
    "create_materialized_view",
    "create_function",
    "create_procedure",
    "create_trigger",
    "create_policy",
    "create_statistics",
    "drop_type",
    "drop_domain",
    "drop_schema",
    "drop_extension",
    "drop_sequence",
    "drop_view",
    "drop_materialized_view",
    "drop_function",
    "drop_procedure",
    "drop_trigger",
    "drop_policy",
    "drop_statistics",
    "add_enum_value",
    "rename_enum_value",
    "rename_constraint",
    "rename_index",
    "add_exclusion",
    "alter_sequence",
    "comment_on",
    "grant",
    "revoke",
    "set_replica_identity",
    "set_row_security",
    "set_storage_parameters",
    "set_statistics",
    "sql",
];

/// "unknown operation `x`; did you mean `y`?"
pub fn unknown(what: &str, word: &str, known: &[&'static str]) -> Error {
    let message = match nearest(word, known.iter().copied()) {
        Some(meant) => format!("unknown {what} `{word}`; did you mean `{meant}`?"),
        None => format!("unknown {what} `{word}`"),
    };
    Error::usage(message).hint(format!("known here: {}", known.join(", ")))
}

/// The parser's error as one of ours. `choice` is what a file chooses by name.
pub fn explain(source: &Source, error: &YamlError, choice: &str) -> Error {
    let error = error.without_snippet();
    let ours = match error {
        YamlError::SerdeUnknownField { field, expected, .. } => unknown("key", field, expected),
        YamlError::SerdeUnknownVariant { variant, expected, .. } => unknown(choice, variant, expected),
        YamlError::SerdeMissingField { field, .. } => Error::usage(format!("`{field}` is missing")),
        YamlError::SerdeInvalidType { unexpected, expected, .. }
        | YamlError::SerdeInvalidValue { unexpected, expected, .. } => {
            Error::usage(format!("expected {}, found {unexpected}", plain(expected)))
        }
        YamlError::Unexpected { expected, .. } => Error::usage(format!("expected {}", plain(expected))),
        YamlError::DuplicateMappingKey { key: Some(key), .. } => {
            Error::usage(format!("`{key}` stands here twice"))
        }
        other => Error::usage(other_message(other)),
    };
    match error.location().filter(|place| place.line() > 0) {
        Some(place) => {
            let at = Position { line: place.line() as usize, column: place.column() as usize };
            let start = source.byte_at(at);
            let rest = &source.text[start..];
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            ours.at(source, Span::new(start, start + length))
        }
        None => ours.detail(format!("in {}", source.path)),
    }
}

/// serde's names for shapes, as a person knows them.
fn plain(expected: &str) -> String {
    match expected {
        expected if expected.starts_with("struct ") => "a map such as `{table: …}`".to_owned(),
        "mapping start" => "a map such as `{table: …}`".to_owned(),
        "a sequence" | "sequence start" => "a list".to_owned(),
        "a string" | "string scalar" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    }
}

fn other_message(error: &YamlError) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    let text = match text.strip_prefix("error: ").unwrap_or(text) {
        "invalid boolean" => "expected true or false",
        text => text,
    };
    let mut chars = text.lines().next().unwrap_or("not YAML").chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::operation::Operation;

    #[test]
    fn lists_every_operation() {
        let error = serde_json::from_str::<Operation>("{\"no\": 1}").unwrap_err().to_string();
        for operation in OPERATIONS {
            assert!(error.contains(&format!("`{operation}`")), "{operation}: {error}");
        }
        assert_eq!(error.matches('`').count() / 2, OPERATIONS.len() + 1);
    }
}
