//! Functions whose bodies name what goes. PostgreSQL keeps no record of what is in them, so this is a note and no
//! refusal: a name in a body may be another table's column, or stand in a comment.

use crate::catalog::{FunctionBody, Table};
use crate::ident::TableName;
use crate::migration::operation::Operation;
use crate::plan::planner::Draft;

/// Says which functions need a look before contract.
pub(super) fn note(operation: &Operation, draft: &mut Draft<'_>) {
    let Some((table, columns)) = operation.names_gone() else { return };
    let name = draft.resolve(table);
    let Some(known) = draft.first.tables.get(&name) else { return };
    let found: Vec<String> = match &columns[..] {
        [] => draft.first.functions.iter().filter_map(|body| of_table(body, &name)).collect(),
        columns => columns
            .iter()
            .flat_map(|column| draft.first.functions.iter().map(move |body| (body, column)))
            .filter_map(|(body, column)| of_column(body, &name, known, column.as_str()))
            .collect(),
    };
    for note in found {
        draft.note(note);
    }
}

fn of_table(body: &FunctionBody, table: &TableName) -> Option<String> {
    has_word(&body.source, table.name.as_str()).then(|| said(body, &table.to_string()))
}

/// A trigger's function need not name its table.
fn of_column(body: &FunctionBody, name: &TableName, table: &Table, column: &str) -> Option<String> {
    let about = body.trigger_of.contains(&table.oid) || has_word(&body.source, name.name.as_str());
    let column_name = crate::ident::Ident::new(column);
    (about && has_word(&body.source, column)).then(|| said(body, &format!("{name}.{column_name}")))
}

fn said(body: &FunctionBody, what: &str) -> String {
    format!(
        "{} mentions {what}; PostgreSQL doesn't track function bodies, so see that it works without that name before contract",
        body.identity
    )
}

/// Whether a text holds a name as a word of its own, in any case: strings and comments count as well.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(&word)
        .any(|(at, _)| !text[..at].ends_with(inside) && !text[at + word.len()..].starts_with(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        for (text, found) in [
            ("SELECT Total FROM orders", true),
            ("SELECT subtotal, total_2 FROM x", false),
            ("NEW.total := 1", true),
            ("EXECUTE 'SELECT \"total\"'", true),
            ("totals, $total$, total", true),
            ("", false),
        ] {
            assert_eq!(has_word(text, "total"), found, "{text}");
        }
        assert!(has_word("\"Größe %\"", "größe %"));
    }
}
