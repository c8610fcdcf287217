//! The text of a file, and places in it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ident::MAX_BYTES;

/// The text of one migration file and the name it is reported under.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as the user gave it, for messages.
    pub path: String,
    /// The whole text, without a byte-order mark.
    pub text: String,
    line_starts: Vec<usize>,
    /// How many characters start before each block of [`BLOCK`] bytes: a file may be one long line.
    chars_before: Vec<usize>,
}

/// Bytes between two counts of characters.
const BLOCK: usize = 4096;

/// A range of bytes in a [`Source`]. Two spans are always equal, so that operations compare by meaning:
/// the same change read from SQL and from YAML is the same change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A place as editors count it: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands in the migration file.
    pub span: Span,
}

impl Source {
    /// All that may be the name of something, in SQL or YAML: bare words, which mean their lower case, and what stands in
    /// double quotes. The server cuts what is longer than a name.
    pub fn words(&self) -> BTreeSet<String> {
        let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let name = |word: &str| word[..word.floor_char_boundary(MAX_BYTES)].to_owned();
        let bare = self.text.split(|c: char| !letter(c));
        let bare = bare.filter(|word| word.starts_with(|c: char| !c.is_ascii_digit()));
        let quoted = self.text.split('"').filter(|part| part.len() <= 4 * MAX_BYTES);
        bare.flat_map(|word| [name(word), name(&word.to_lowercase())]).chain(quoted.map(name)).collect()
    }

    /// Wraps a text. A leading byte-order mark is dropped, so that positions count what an editor shows.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1))
            .collect();
        let mut chars_before = vec![0];
        for block in text.as_bytes().chunks(BLOCK) {
            chars_before.push(chars_before[chars_before.len() - 1] + chars(block));
        }
        Self { path: path.into(), text, line_starts, chars_before }
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte; past the end it is the end.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= byte);
        let start = self.line_starts[line - 1];
        Position { line, column: self.chars_between(start, byte) + 1 }
    }

    fn chars_between(&self, start: usize, end: usize) -> usize {
        match end - start {
            ..=BLOCK => chars(&self.text.as_bytes()[start..end]),
            _ => self.chars_until(end) - self.chars_until(start),
        }
    }

    /// How many characters start before a byte.
    fn chars_until(&self, byte: usize) -> usize {
        let block = byte / BLOCK;
        self.chars_before[block] + chars(&self.text.as_bytes()[block * BLOCK..byte])
    }

    /// The byte at a line and column; the end of the line or text where the column lies beyond.
    pub fn byte_at(&self, at: Position) -> usize {
        let start = self.line_starts.get(at.line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        start + line.char_indices().nth(at.column.saturating_sub(1)).map_or(line.len(), |(i, _)| i)
    }
}

/// How many characters start in these bytes.
fn chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

impl Span {
    /// From first byte to one past the last.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range of bytes.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Located<T> {
    /// A value at a place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// A value that no file holds, as the planner and tests make them.
    pub fn nowhere(value: T) -> Self {
        Self { value, span: Span::default() }
    }
}

impl<T> std::ops::Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Located<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

thread_local! {
    /// The YAML that is being read on this thread: a scalar's place alone doesn't say whether it is quoted.
    static READING: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs a deserialisation of `text`, so that every [`Located`] in it points at the first character of its value.
pub(super) fn reading<T>(text: &str, read: impl FnOnce() -> T) -> T {
    READING.replace(text.to_owned());
    let value = read();
    READING.take();
    value
}

/// Only the YAML reader deserialises located values; it knows where each scalar begins.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        let place = read.referenced.span();
        let start = place.byte_offset().unwrap_or_default() as usize;
        let length = place.byte_len().unwrap_or_default() as usize;
        let span = READING.with_borrow(|text| inside(text, Span::new(start, start + length)));
        Ok(Self { value: read.value, span })
    }
}

/// A scalar without its quotes, or a block scalar from its first word on.
fn inside(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or_default();
    match written.as_bytes() {
        [b'"', .., b'"'] | [b'\'', .., b'\''] => Span::new(span.start + 1, span.end - 1),
        [b'|' | b'>', ..] => {
            let header = written.find('\n').unwrap_or(written.len());
            let content = &written[header..];
            let start = span.start + header + (content.len() - content.trim_start().len());
            Span::new(start, start.max(span.start + written.trim_end().len()))
        }
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_survive_crlf_and_bom() {
        let source = Source::new("a.sql", "\u{feff}é x\r\nsecond");
        let x = source.text.find('x').unwrap();
        assert_eq!(source.position(x), Position { line: 1, column: 3 });
        let second = source.text.find("second").unwrap();
        assert_eq!(source.position(second), Position { line: 2, column: 1 });
        assert_eq!(source.byte_at(Position { line: 2, column: 1 }), second);
        assert_eq!(source.position(9999), Position { line: 2, column: 7 });
    }
}
