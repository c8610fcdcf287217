//! Cuts the tokens of a file into statements.

use sqlparser::tokenizer::Token;

use super::lex::{Lexed, Tok};
use crate::migration::source::Span;

/// One statement: tokens `first..last` of the file, without its semicolon.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    pub first: usize,
    pub last: usize,
    /// First to last token, and the rest of the file where that can't be read.
    pub span: Span,
}

/// Splits at semicolons outside parentheses and outside SQL bodies (`BEGIN ATOMIC … END`). A `\command` of psql
/// ends with its line.
pub fn split(text: &str, lexed: &Lexed) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut first = 0;
    while first < lexed.tokens.len() {
        let rest = &lexed.tokens[first..];
        let length = if rest[0].token == Token::Backslash { line(text, rest) } else { statement(rest) };
        if length > 0 && !is_client_command(text, rest) {
            let span = rest[0].span.to(rest[length - 1].span);
            statements.push(Statement { first, last: first + length, span });
        }
        let semicolon = rest.get(length).is_some_and(|tok| tok.token == Token::SemiColon);
        first += length + usize::from(semicolon);
    }
    if let Some(broken) = &lexed.broken {
        let count = lexed.tokens.len();
        match statements.last_mut().filter(|last| last.last == count) {
            Some(last) => last.span.end = text.len(),
            None => statements.push(Statement { first: count, last: count, span: broken.span }),
        }
    }
    statements
}

/// Commands of psql that bring no SQL and leave the connection as it is: pg_dump writes `\\restrict` around its output,
/// people write `\\set ON_ERROR_STOP on`.
const CLIENT_ONLY: &[&str] = &[
    "restrict",
    "unrestrict",
    "set",
    "unset",
    "echo",
    "qecho",
    "warn",
    "pset",
    "timing",
    "prompt",
    "errverbose",
    "t",
    "a",
    "x",
    "H",
];

fn is_client_command(text: &str, tokens: &[Tok]) -> bool {
    let Some(rest) = text[tokens[0].span.start..].strip_prefix('\\') else { return false };
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    CLIENT_ONLY.contains(&&rest[..end])
}

fn line(text: &str, tokens: &[Tok]) -> usize {
    let start = tokens[0].span.start;
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    tokens.iter().take_while(|tok| tok.span.start < end).count()
}

fn statement(tokens: &[Tok]) -> usize {
    let (mut depth, mut blocks) = (0, 0_usize);
    for (i, tok) in tokens.iter().enumerate() {
        if tok.token == Token::SemiColon && depth == 0 && blocks == 0 {
            return i;
        }
        depth = tok.depth_after(depth);
        let opens_body = tok.is("BEGIN") && tokens.get(i + 1).is_some_and(|next| next.is("ATOMIC"));
        if opens_body || (blocks > 0 && tok.is("CASE")) {
            blocks += 1;
        } else if blocks > 0 && tok.is("END") {
            blocks -= 1;
        }
    }
    tokens.len()
}
