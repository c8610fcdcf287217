//! Reading for a linter: what is wrong with a directive, or left for a runner to fill in, hides nothing else of the file.

use std::path::Path;

use super::operation::Operation;
use super::read::{Outcome, try_parse};
use super::source::{Position, Source, Span};
use super::{Migration, file};
use crate::error::Error;

/// How many mistaken directives of a file are told.
const MISTAKES: usize = 20;

/// What stands for something else until a runner puts it in: how it begins and ends. What is without an end is a name.
const PLACEHOLDERS: &[(&str, Option<&str>)] =
    &[("${", Some("}")), ("{{", Some("}}")), ("%(", Some(")s")), ("@", Some("@")), (":", None)];

/// A file without its mistaken directives, and what is wrong with these.
pub fn read_leniently(outcome: Outcome) -> (Outcome, Vec<Error>) {
    let (outcome, mistakes) = without_mistakes(outcome);
    (outcome.map(filled_in), mistakes)
}

fn without_mistakes(outcome: Outcome) -> (Outcome, Vec<Error>) {
    let mut mistakes = Vec::new();
    let unread = match outcome {
        Err(unread) if unread.is_text && !file::is_yaml(Path::new(&unread.source.path)) => unread,
        outcome => return (outcome, mistakes),
    };
    let (whole, mut text, mut error) =
        (unread.source.clone(), unread.source.text.clone(), unread.error.clone());
    while mistakes.len() < MISTAKES {
        let Some(comment) = comment_at(&whole, &error).filter(|span| !text[span.range()].trim().is_empty())
        else {
            break;
        };
        mistakes.push(error);
        text.replace_range(comment.range(), &" ".repeat(comment.end - comment.start));
        match try_parse(Source::new(whole.path.clone(), text.clone())) {
            Ok(migration) => return (Ok(Migration { source: whole, ..migration }), mistakes),
            Err(next) => error = next.error,
        }
    }
    (Err(unread), Vec::new())
}

/// The comment that an error is about: from its dashes to the end of the line.
fn comment_at(source: &Source, error: &Error) -> Option<Span> {
    let place = error.place.as_ref()?;
    let line = source.byte_at(Position { line: place.start.line, column: 1 });
    let text = source.text[line..].lines().next()?;
    let dashes = text.find("--")?;
    Some(Span::new(line + dashes, line + text.len()))
}

/// The file with a name in each placeholder's place, where more of it can be read so.
fn filled_in(migration: Migration) -> Migration {
    let unread = unreadable(&migration);
    if unread == 0 || !migration.is_sql() {
        return migration;
    }
    let Some(text) = names_for_placeholders(&migration.source.text) else { return migration };
    match try_parse(Source::new(migration.source.path.clone(), text)) {
        Ok(filled) if unreadable(&filled) < unread => Migration { source: migration.source, ..filled },
        _ => migration,
    }
}

fn unreadable(migration: &Migration) -> usize {
    let unread = |operation: &Operation| matches!(operation, Operation::Unplaced(one) if !one.recognised);
    migration.steps.iter().filter(|step| unread(&step.operation)).count()
}

/// The text with a name of the same length for each placeholder: `${schema}` becomes `__schema_`. A line that is nothing
/// else (`{{ if … }}`) becomes an empty one.
fn names_for_placeholders(text: &str) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (mut at, mut named) = (0, String::with_capacity(line.len()));
        let mut rests = false;
        while let Some(c) = line[at..].chars().next() {
            match placeholder(line, at) {
                Some(length) => {
                    let name = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
                    named.extend(line[at..at + length].bytes().map(|byte| name(char::from(byte))));
                    at += length;
                }
                None => {
                    rests |= !c.is_whitespace();
                    named.push(c);
                    at += c.len_utf8();
                }
            }
        }
        let alone = !rests && !line.trim().is_empty();
        filled.push_str(&if alone { blank(line) } else { named });
    }
    (filled != text).then_some(filled)
}

fn blank(line: &str) -> String {
    line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// How long the placeholder is that begins here.
fn placeholder(line: &str, at: usize) -> Option<usize> {
    let rest = &line[at..];
    let before = line[..at].chars().next_back();
    let name = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    PLACEHOLDERS.iter().find_map(|(start, end)| {
        let inside = rest.strip_prefix(start)?;
        match end {
            // `a @b@ c` has operators; a placeholder is one word
            Some("@") => {
                let length = name(inside);
                (length > 0 && inside[length..].starts_with('@')).then_some(length + 2)
            }
            Some(end) => inside.find(end).map(|length| start.len() + length + end.len()),
            // not `a::text`, `tags[1:n]`, `12:30`
            None => {
                let quoted = inside.strip_prefix(['\'', '"']).map_or(0, |_| 1);
                let length = name(&inside[quoted..]);
                let ends = inside[quoted + length..].starts_with(['\'', '"']);
                let plain = before.is_none_or(|c| c.is_whitespace() || "(,=.<>+-*/|".contains(c));
                let starts = inside[quoted..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                (plain && starts && (quoted == 0 || ends)).then_some(1 + length + 2 * quoted)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_names() {
        let filled = |text: &str| names_for_placeholders(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(filled("SET x TO ${schema};"), "SET x TO __schema_;");
        assert_eq!(filled("ON :sch.t (a)"), "ON _sch.t (a)");
        assert_eq!(filled("a = %(b)s AND c = @d@"), "a = __b_s AND c = _d_");
        assert_eq!(filled("{{ if .X }}\nSELECT 1;"), "           \nSELECT 1;");
        for kept in ["a::text", "t[1:n]", "'12:30'", "a @> b", "x @b c"] {
            assert_eq!(filled(kept), kept);
        }
    }

    #[test]
    fn mistaken_directives_hide_nothing() {
        let text = "-- midflight: allow drop-column\nALTER TABLE a DROP COLUMN b;\n-- midflight: nonsense\nDROP TABLE c;";
        let (read, mistakes) = read_leniently(try_parse(Source::new("a.sql", text)));
        assert_eq!(mistakes.len(), 2);
        assert_eq!(read.map(|read| (read.steps.len(), read.source.text)).ok(), Some((2, text.to_owned())));
    }
}
