//! The tokens of a file with their places in bytes, comments apart.

use std::ops::Range;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Whitespace, Word};

use super::{Fault, copy_data, data};
use crate::ident::Ident;
use crate::migration::source::Span;

/// One significant token. `place` is the parser's way of saying where, `span` ours.
#[derive(Debug, Clone)]
pub struct Tok {
    pub token: Token,
    pub span: Span,
    pub place: sqlparser::tokenizer::Span,
}

/// A `--` comment.
#[derive(Debug, Clone, Copy)]
pub struct Comment {
    /// From the dashes to the end of the line.
    pub span: Span,
}

/// A text, cut into tokens.
#[derive(Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<Tok>,
    pub comments: Vec<Comment>,
    /// Where and why reading stopped before the end.
    pub broken: Option<Fault>,
    /// Rows in the middle of long lists of `VALUES`, of which there are no tokens.
    pub left_out: Vec<Range<usize>>,
    /// Rows behind `COPY … FROM stdin`.
    pub copied: Vec<Span>,
}

/// Cuts a text into tokens. What can be read before an unterminated literal is kept. Of long lists of `VALUES` the rows in
/// the middle are passed over: a token takes thirty times the room of its text.
pub fn lex(text: &str) -> Lexed {
    let copied = copy_data::rows(text);
    let text = &*copy_data::blanked(text, &copied);
    let mut lexed = Lexed { copied, left_out: data::long_lists(text), ..Lexed::default() };
    let mut start = 0;
    for rows in lexed.left_out.clone() {
        piece(text, start..rows.start, &mut lexed);
        start = rows.end;
    }
    piece(text, start..text.len(), &mut lexed);
    lexed
}

impl Lexed {
    /// Everything but white space and comments in the rows of which there are no tokens, a token a line, and where it begins.
    pub fn rows_without_tokens<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, String)> + 't {
        let listed = self.left_out.iter().flat_map(move |rows| data::parts(text, rows.clone()));
        let listed = listed.map(move |part| {
            let (start, mut lexed) = (part.start, Self::default());
            piece(text, part, &mut lexed);
            let words = lexed.tokens.iter().map(|tok| text.get(tok.span.range()).unwrap_or_default());
            (start, words.collect::<Vec<_>>().join("\n"))
        });
        let copied = self
            .copied
            .iter()
            .map(move |rows| (rows.start, text.get(rows.range()).unwrap_or_default().to_owned()));
        listed.chain(copied)
    }
}

/// Adds the tokens of a part of the text that begins and ends between two of them.
fn piece(text: &str, range: Range<usize>, lexed: &mut Lexed) {
    let part = text.get(range.clone()).unwrap_or_default();
    let dialect = PostgreSqlDialect {};
    // a token is about three bytes, white space included
    let mut read = Vec::with_capacity(part.len() / 3);
    let outcome = Tokenizer::new(&dialect, part).tokenize_with_location_into_buf(&mut read);
    let mut bytes = Bytes::new(part);
    // The parser's places only have to be in order.
    let lines = match range.start {
        0 => 0,
        start => 1 + text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() as u64,
    };
    for TokenWithSpan { token, span: mut place } in read {
        let span = Span::new(range.start + bytes.at(place.start), range.start + bytes.at(place.end));
        place.start.line += lines;
        place.end.line += lines;
        match token {
            Token::Whitespace(Whitespace::SingleLineComment { .. }) => {
                let written = text.get(span.range()).unwrap_or_default();
                lexed
                    .comments
                    .push(Comment { span: Span::new(span.start, span.start + written.trim_end().len()) });
            }
            Token::Whitespace(_) | Token::EOF => {}
            token => lexed.tokens.push(Tok { token, span, place }),
        }
        join_escaped_name(text, &mut lexed.tokens);
    }
    if let Err(error) = outcome {
        let start = range.start + bytes.at(error.location);
        lexed.broken = Some(Fault::new(lower_first(&error.message), Span::new(start, text.len())));
    }
}

/// `U&"\\0041b"` comes as three tokens, and is one name.
fn join_escaped_name(text: &str, tokens: &mut Vec<Tok>) {
    let [.., start, mark, name] = &tokens[..] else { return };
    let adjacent = start.span.end == mark.span.start && mark.span.end == name.span.start;
    let (Token::Word(_), Token::Ampersand, Token::Word(_)) = (&start.token, &mark.token, &name.token) else {
        return;
    };
    let written = text.get(start.span.start..name.span.end).unwrap_or_default();
    let Some(named) = Ident::unescape(written).filter(|_| adjacent) else { return };
    let token = Token::Word(Word { value: named, quote_style: Some('"'), keyword: Keyword::NoKeyword });
    let joined = Tok { token, span: start.span.to(name.span), place: start.place.union(&name.place) };
    tokens.truncate(tokens.len() - 3);
    tokens.push(joined);
}

/// The byte of a line and column, for places that only move forward: one walk over the text in all.
struct Bytes<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
    column: u64,
}

impl<'a> Bytes<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, byte: 0, line: 1, column: 1 }
    }

    /// The byte at `place`; a place behind an earlier one starts the walk again.
    fn at(&mut self, place: Location) -> usize {
        if (place.line, place.column) < (self.line, self.column) {
            *self = Self::new(self.text);
        }
        let ahead = place.column.saturating_sub(self.column) as usize;
        let next = self.byte..self.byte + ahead;
        if place.line == self.line && self.text.as_bytes().get(next).is_some_and(<[u8]>::is_ascii) {
            (self.byte, self.column) = (self.byte + ahead, place.column);
            return self.byte;
        }
        for c in self.text.get(self.byte..).unwrap_or_default().chars() {
            if (self.line, self.column) >= (place.line, place.column) {
                break;
            }
            self.byte += c.len_utf8();
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        self.byte
    }
}

/// `Unterminated string` in the middle of a sentence.
pub fn lower_first(message: &str) -> String {
    let message = message.trim();
    let mut chars = message.chars();
    if message.chars().nth(1).is_some_and(char::is_uppercase) {
        return message.to_owned();
    }
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
