//! Long lists of `VALUES`: megabytes of rows that say nothing about the schema. Where they are is found without tokens.

use std::ops::Range;

/// Shorter texts are read whole.
const LONG: usize = 1 << 20;
/// So much of a list is read, and its last row.
const READ: usize = 1 << 18;

/// A list of rows that is being passed over.
struct List {
    /// How many parentheses are open around it.
    depth: usize,
    start: usize,
    /// The comma from which on rows are left out.
    from: Option<usize>,
    /// The last comma so far.
    to: usize,
}

/// The rows in the middle of each long list: from a comma between two rows to the last such comma.
pub(super) fn long_lists(text: &str) -> Vec<Range<usize>> {
    if text.len() < LONG { Vec::new() } else { middles(text.as_bytes(), READ) }
}

/// Rows that were left out, in parts that are read one at a time: from comma to comma.
pub(super) fn parts(text: &str, rows: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut start) = (Vec::new(), rows.start);
    let (mut at, mut depth) = (rows.start, 0_usize);
    while at < rows.end {
        if let Some(passed) = passed_over(bytes, at) {
            at = passed.end;
            continue;
        }
        match bytes[at] {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 && at - start > READ => {
                found.push(start..at);
                start = at;
            }
            _ => {}
        }
        at += 1;
    }
    found.push(start..rows.end);
    found
}

fn middles(text: &[u8], read: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<List> = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = text.get(at) {
        // A list goes on with `,` and `(`; anything else at its own depth ends it.
        let passed = passed_over(text, at);
        let goes_on = passed.is_some_and(|what| what.blank) || matches!(byte, b',' | b'(');
        if !goes_on {
            while open.last().is_some_and(|list| list.depth >= depth) {
                let list = open.pop();
                found.extend(list.and_then(|list| Some(list.from?..list.to)).filter(|rows| !rows.is_empty()));
            }
        }
        match byte {
            _ if passed.is_some() => {
                let what = passed.map_or(at + 1, |what| what.end);
                let is_values = text.get(at..what).is_some_and(|word| word.eq_ignore_ascii_case(b"values"));
                at = what;
                if is_values {
                    open.push(List { depth, start: at, from: None, to: at });
                }
                continue;
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' => {
                if let Some(list) = open.last_mut().filter(|list| list.depth == depth) {
                    list.to = at;
                    if list.from.is_none() && at - list.start > read {
                        list.from = Some(at);
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    found.extend(
        open.into_iter().filter_map(|list| Some(list.from?..list.to)).filter(|rows| !rows.is_empty()),
    );
    found.sort_by_key(|rows| rows.start);
    // Lists inside rows that are left out go with them.
    let mut end = 0;
    found.retain(|rows| {
        rows.start >= end && {
            end = rows.end;
            true
        }
    });
    found
}

/// A piece of text that is more than one character.
#[derive(Clone, Copy)]
struct Passed {
    end: usize,
    /// White space or a comment.
    blank: bool,
}

/// What begins at this byte, where it is a comment, white space, a quoted text or a word.
fn passed_over(text: &[u8], at: usize) -> Option<Passed> {
    let rest = text.get(at..)?;
    let until = |end: usize| at + end;
    match rest {
        [b'-', b'-', ..] => {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            Some(Passed { end: until(end), blank: true })
        }
        [b'/', b'*', ..] => Some(Passed { end: until(comment(rest)), blank: true }),
        [b' ' | b'\t' | b'\r' | b'\n', ..] => Some(Passed { end: until(1), blank: true }),
        [b'e' | b'E', b'\'', ..] => Some(Passed { end: until(1 + quoted(&rest[1..], true)), blank: false }),
        [b'\'' | b'"', ..] => Some(Passed { end: until(quoted(rest, false)), blank: false }),
        [b'$', ..] => dollars(rest).map(|end| Passed { end: until(end), blank: false }),
        [byte, ..] if letter(*byte) => {
            let end = rest.iter().position(|byte| !letter(*byte) && *byte != b'$').unwrap_or(rest.len());
            Some(Passed { end: until(end), blank: false })
        }
        _ => None,
    }
}

fn letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Comments nest.
fn comment(rest: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(pair) = rest.get(at..at + 2) {
        match pair {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth.saturating_sub(1), at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// A text between quotes, which are doubled inside.
fn quoted(rest: &[u8], escapes: bool) -> usize {
    let quote = rest[0];
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'\\' if escapes => at += 1,
            byte if byte == quote && rest.get(at + 1) == Some(&quote) => at += 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// `$tag$ … $tag$`; nothing for `$1`.
fn dollars(rest: &[u8]) -> Option<usize> {
    let tag = rest[1..].iter().position(|byte| *byte == b'$')? + 2;
    let named = &rest[1..tag - 1];
    if named.first().is_some_and(u8::is_ascii_digit) || !named.iter().all(|byte| letter(*byte)) {
        return None;
    }
    let (tag, body) = rest.split_at(tag);
    let end = body.windows(tag.len()).position(|window| window == tag).map(|at| at + 2 * tag.len());
    Some(end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::source::Source;

    fn left(text: &str, read: usize) -> String {
        let mut kept = String::new();
        let mut start = 0;
        for rows in middles(text.as_bytes(), read) {
            kept += &text[start..rows.start];
            start = rows.end;
        }
        kept + &text[start..]
    }

    #[test]
    fn the_first_and_the_last_row_stay() {
        for (text, kept) in [
            ("INSERT INTO t VALUES (1), (2), (3), (4);", "INSERT INTO t VALUES (1), (4);"),
            (
                "INSERT INTO t VALUES (1, 'a'), (2, '),('), (3, $$ , $$) ON CONFLICT DO NOTHING; SELECT 1, 2, 3",
                "INSERT INTO t VALUES (1, 'a'), (3, $$ , $$) ON CONFLICT DO NOTHING; SELECT 1, 2, 3",
            ),
            (
                "INSERT INTO t SELECT * FROM (VALUES (1), -- ),\n (E'\\''), /* , /* , */ */ (3)) v (a), u",
                "INSERT INTO t SELECT * FROM (VALUES (1), /* , /* , */ */ (3)) v (a), u",
            ),
            ("SELECT values, a, b FROM \"VALUES\", c, d", "SELECT values, a, b FROM \"VALUES\", c, d"),
            ("VALUES (1)", "VALUES (1)"),
            (
                "INSERT INTO a VALUES (1), (2), (3); INSERT INTO b VALUES ('x'), ('y'), ('z')",
                "INSERT INTO a VALUES (1), (3); INSERT INTO b VALUES ('x'), ('z')",
            ),
        ] {
            assert_eq!(left(text, 1), kept, "{text}");
        }
        assert_eq!(left("INSERT INTO t VALUES (1), (2), (3), (4)", 5), "INSERT INTO t VALUES (1), (2), (4)");
        assert!(long_lists("INSERT INTO t VALUES (1), (2), (3)").is_empty());
    }

    /// A file is another one when a row in the middle is, and the same when nothing but its layout is.
    #[test]
    fn every_row_counts_for_the_checksum() {
        let rows = |middle: &str| {
            let rows = (0..150_000).map(|n| format!("({n}, 'row')")).collect::<Vec<_>>();
            let (before, after) = rows.split_at(75_000);
            format!("INSERT INTO t VALUES {}, {middle}, {};", before.join(", "), after.join(", "))
        };
        let checksum = |text: String| crate::migration::parse(Source::new("a.sql", text)).unwrap().checksum;
        let written = checksum(rows("(0, 'x')"));
        assert_ne!(written, checksum(rows("(0, 'y')")));
        assert_eq!(written, checksum(rows("( 0,\n 'x' ) /* here */")));
        let copy = |row: &str| format!("COPY t FROM stdin;\n{row}\n\\.\n");
        assert_ne!(checksum(copy("1")), checksum(copy("2")));
    }

    /// The checksum of a long list is what it was when all of it was tokens
    #[test]
    fn parts_are_the_whole() {
        let rows = (0..150_000).map(|n| format!("({n}, 'a''b', $$,$$)")).collect::<Vec<_>>().join(",\n");
        let text = format!("INSERT INTO t VALUES {rows};");
        let [left_out] = &long_lists(&text)[..] else { panic!("one list") };
        let parts = parts(&text, left_out.clone());
        assert!(parts.len() > 3);
        assert_eq!((parts[0].start, parts[parts.len() - 1].end), (left_out.start, left_out.end));
        assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert!(
            parts
                .iter()
                .all(|part| text[part.clone()].starts_with(",\n(") && text[part.clone()].ends_with(')'))
        );
    }
}
