//! Fixes as texts: nothing outside the statement changes, and new lines look like those around them.

use super::{Edit, Fix, Place};

/// The edits of a file that a fix stands for, in order.
pub fn edits(fix: &Fix, text: &str) -> Vec<Edit> {
    let (newline, indent) = (newline(text), indent(text, fix.statement.start));
    let mut edits = Vec::new();
    let insert = |at: usize, text: String| Edit { place: Place { start: at, end: at }, text };
    if !fix.before.is_empty() {
        let lines = fix.before.iter().map(|statement| format!("{statement};{newline}{indent}"));
        edits.push(insert(above(text, fix), lines.collect()));
    }
    edits.extend(fix.edits.iter().cloned());
    if !fix.after.is_empty() {
        let lines = fix.after.iter().map(|statement| format!(";{newline}{indent}{statement}"));
        edits.push(insert(fix.statement.end, lines.collect()));
    }
    edits.sort_by_key(|edit| edit.place);
    join(edits)
}

/// Insertions at one place are one.
fn join(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined.last_mut().filter(|last| last.place.end == edit.place.start) {
            Some(last) => {
                last.place.end = edit.place.end;
                last.text.push_str(&edit.text);
            }
            None => joined.push(edit),
        }
    }
    joined
}

/// Where what comes before a statement goes: above the comments that stand right on it, since those with directives are about
/// the statement.
fn above(text: &str, fix: &Fix) -> usize {
    let start = fix.statement.start;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    if !text[line..start].trim().is_empty() {
        return start;
    }
    let mut at = line;
    while let Some(earlier) = at.checked_sub(1) {
        let before = text[..earlier].rfind('\n').map_or(0, |at| at + 1);
        if !is_about_statement(&text[before..earlier]) {
            break;
        }
        at = before;
    }
    at + (text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len())
}

/// Whether a line is a comment that a linter reads as one about the statement below it.
fn is_about_statement(line: &str) -> bool {
    let comment = line.trim().strip_prefix("--").map(str::trim_start);
    comment.is_some_and(|comment| {
        ["midflight:", "squawk-ignore ", "atlas:nolint"]
            .iter()
            .any(|directive| comment.starts_with(directive))
    })
}

/// The statements in the place of one.
pub fn statements(fix: &Fix, text: &str) -> Vec<String> {
    let Place { start, end } = fix.statement;
    let inside = fix.edits.iter().map(|edit| {
        let place = Place { start: edit.place.start - start, end: edit.place.end - start };
        Edit { place, text: edit.text.clone() }
    });
    let own = replace(text.get(start..end).unwrap_or_default(), &inside.collect::<Vec<_>>());
    fix.before.iter().cloned().chain([own]).chain(fix.after.iter().cloned()).collect()
}

/// The text with all of these fixes in it.
pub fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut all: Vec<Edit> = fixes.iter().flat_map(|fix| edits(fix, text)).collect();
    all.sort_by_key(|edit| edit.place);
    replace(text, &all)
}

/// The text with edits that are in order and don't overlap.
pub fn replace(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.place.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.place.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// How the file ends its lines.
fn newline(text: &str) -> &'static str {
    let first = text.find('\n');
    if first.is_some_and(|at| text[..at].ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The blanks before a statement that begins its line.
fn indent(text: &str, start: usize) -> &str {
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..start];
    if before.chars().all(|c| matches!(c, ' ' | '\t')) { before } else { "" }
}
