//! The rows that follow `COPY … FROM stdin;` in a file for psql. They are no SQL: an apostrophe in one would open a string.

use std::borrow::Cow;

use crate::migration::source::Span;

/// The text with spaces in place of such rows, byte for byte.
pub fn blanked<'t>(text: &'t str, rows: &[Span]) -> Cow<'t, str> {
    if rows.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut blanked, mut at) = (String::with_capacity(text.len()), 0);
    for span in rows {
        blanked.push_str(&text[at..span.start]);
        let bytes = text.as_bytes()[span.range()].iter();
        blanked.extend(bytes.map(|byte| if *byte == b'\n' { '\n' } else { ' ' }));
        at = span.end;
    }
    blanked.push_str(&text[at..]);
    Cow::Owned(blanked)
}

/// From the line below the statement to the line that is `\.`, or to the end.
pub fn rows(text: &str) -> Vec<Span> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = next(text, at) {
        let mut end = start;
        for line in text[start..].split_inclusive('\n') {
            end += line.len();
            if line.trim_end() == "\\." {
                break;
            }
        }
        found.push(Span::new(start, end));
        at = end;
    }
    found
}

/// Where the rows of the next such statement begin.
fn next(text: &str, from: usize) -> Option<usize> {
    const SOURCE: &[u8] = b"stdin";
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found =
            bytes[at..].windows(SOURCE.len()).position(|window| window.eq_ignore_ascii_case(SOURCE))?;
        let (start, end) = (at + found, at + found + SOURCE.len());
        at = end;
        let before = text[..start].trim_end();
        let from = before.len().checked_sub(4).and_then(|from| before.get(from..));
        let statement = before.rfind(';').map_or(0, |semicolon| semicolon + 1);
        let code = |line: &&str| !line.trim_start().starts_with("--") && !line.trim().is_empty();
        let first = text[statement..start].lines().find(code).unwrap_or_default().trim_start();
        let copies = first.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("copy"));
        if !copies || !from.is_some_and(|word| word.eq_ignore_ascii_case("from")) {
            continue;
        }
        let Some(semicolon) = text[end..].find(';').map(|length| end + length + 1) else { continue };
        let line = text[semicolon..].find('\n').map_or(text.len(), |length| semicolon + length + 1);
        if text[semicolon..line].trim().is_empty() {
            return Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_no_sql() {
        let text = "-- data\nCOPY a (x)\n  FROM stdin WITH (FORMAT csv);\nO'Brien\té\n\\.\nSELECT 1;\n";
        let blanked = |text: &'static str| blanked(text, &rows(text)).into_owned();
        let blank = blanked(text);
        assert_eq!(blank.len(), text.len());
        assert!(!blank.contains('\'') && blank.contains("SELECT 1;") && !blank.contains("\\."));
        assert_eq!(blanked("SELECT 'from stdin;\n it''s';"), "SELECT 'from stdin;\n it''s';");
        assert_eq!(blanked("COPY a FROM stdin;\nno end '"), "COPY a FROM stdin;\n        ");
    }
}
