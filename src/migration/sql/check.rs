//! sqlparser as the judge of what our own readers don't look into: expressions and foreign statements.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::cursor::Cursor;
use super::lex::{Tok, lower_first};
use super::{Fault, Read};
use crate::migration::expression::Tree;
use crate::migration::source::Span;

/// Deep enough for generated SQL; the parser's own stack growth carries it.
const RECURSION_LIMIT: usize = 500;

/// Longer statements are data, and are taken by their head alone.
const MAX_TOKENS: usize = 2_000_000;

/// Whether the tokens are exactly one statement to the parser.
pub fn statement(cursor: &Cursor) -> Read<()> {
    let attempt = |tokens| run(cursor, tokens, |parser| parser.parse_statement().map(drop)).map(drop);
    let simplify = || attempt(simplified(cursor));
    attempt(cursor.tokens.iter().map(unchanged).collect()).or_else(|fault| simplify().map_err(|_| fault))
}

/// The tokens as the one expression that they are to the parser. No tree where the parser has a gap, or where it would be
/// too deep to be kept.
pub fn expression(cursor: &Cursor) -> Read<Option<Tree>> {
    let read = |tokens: Vec<TokenWithSpan>| {
        let whole = tokens.len() == cursor.tokens.len();
        let root = run(cursor, tokens, |parser| parser.parse_expr())?;
        Ok(root.and_then(|root| Tree::keep(root, cursor.tokens, whole)))
    };
    let known = without_literal_types(cursor.tokens);
    match read(known)? {
        // It knows no collation behind a cast; which columns and functions there are doesn't depend on it.
        None if cursor.tokens.iter().any(|tok| tok.is("COLLATE")) => {
            Ok(read(without_literal_types(&without_collations(cursor.tokens))).unwrap_or_default())
        }
        tree => Ok(tree),
    }
}

/// What the parser makes of tokens; none where it has a gap.
fn run<T>(
    cursor: &Cursor,
    tokens: Vec<TokenWithSpan>,
    parse: impl FnOnce(&mut Parser) -> Result<T, ParserError>,
) -> Read<Option<T>> {
    if tokens.len() > MAX_TOKENS {
        return Ok(None);
    }
    let dialect = PostgreSqlDialect {};
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let mut parser =
            Parser::new(&dialect).with_recursion_limit(RECURSION_LIMIT).with_tokens_with_locations(tokens);
        let read = parse(&mut parser)?;
        let next = parser.peek_token();
        if next.token == Token::EOF { Ok(read) } else { parser.expected("the end", next) }
    }));
    match attempt {
        Ok(Ok(read)) => Ok(Some(read)),
        // Its own gap, as with `a::text COLLATE "C"`, and no mistake in the SQL.
        Ok(Err(ParserError::ParserError(message))) if message.starts_with("No infix parser") => Ok(None),
        Ok(Err(error)) => Err(fault(cursor, &error)),
        Err(_) => Err(Fault::new("the parser gave up on this", cursor.span())),
    }
}

/// The parser's message without its ` at Line: 1, Column: 2`, and that place in bytes.
fn fault(cursor: &Cursor, error: &ParserError) -> Fault {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message.as_str(),
        ParserError::RecursionLimitExceeded => return Fault::new("nested too deeply", cursor.span()),
    };
    let (text, place) = match message.rsplit_once(" at Line: ") {
        Some((text, place)) => (text, parse_place(place)),
        None => (message, None),
    };
    let text = lower_first(text).replacen("expected: ", "expected ", 1);
    let text = match text.rsplit_once(", found: ") {
        Some((expected, "EOF")) => format!("{expected}, found the end"),
        Some((expected, found)) => format!("{expected}, found `{found}`"),
        None => text,
    };
    let at = place.and_then(|place| cursor.tokens.iter().find(|tok| tok.place.start >= place));
    let span = at.map_or(Span::new(cursor.end, cursor.end), |tok| tok.span);
    Fault::new(text, span)
}

fn parse_place(written: &str) -> Option<Location> {
    let (line, column) = written.split_once(", Column: ")?;
    Some(Location { line: line.trim().parse().ok()?, column: column.trim().parse().ok()? })
}

fn unchanged(tok: &Tok) -> TokenWithSpan {
    TokenWithSpan { token: tok.token.clone(), span: tok.place }
}

/// The statement without what PostgreSQL allows and the parser doesn't know: `OVERRIDING SYSTEM VALUE`, the
/// predicate of `ON CONFLICT (…) WHERE …`, an element of an array as target of `SET`, `ONLY` before a table.
fn simplified(cursor: &Cursor) -> Vec<TokenWithSpan> {
    let (mut rest, mut kept) = (*cursor, Vec::new());
    let mut conflict = false;
    while let Some(tok) = rest.first() {
        conflict = (conflict || rest.at("ON CONFLICT")) && !tok.is("DO");
        let element = tok.token == Token::LBracket && {
            let mut after = rest;
            after.until(|at| at.at_token(&Token::Eq));
            let subscript = &rest.tokens[..rest.tokens.len() - after.tokens.len()];
            subscript.last().is_some_and(|last| last.token == Token::RBracket)
        };
        if element {
            rest.until(|at| at.at_token(&Token::Eq));
        } else if tok.is("ONLY") && kept.last().is_some_and(before_table) {
            rest.skip(1);
        } else if conflict && tok.is("WHERE") {
            rest.until(|at| at.at("DO"));
        } else if tok.is("EXCLUDE") && eat_frame_exclusion(&mut rest) {
        } else if tok.is("GROUPS")
            && kept.last().is_some_and(|last| !matches!(last.token, Token::Period | Token::Comma))
        {
            // a frame of another kind
            let rows = Tok { token: Token::make_keyword("ROWS"), ..tok.clone() };
            let frame = {
                rest.skip(1);
                rest.at("BETWEEN")
                    || rest.at("UNBOUNDED")
                    || rest.at("CURRENT")
                    || matches!(rest.first().map(|tok| &tok.token), Some(Token::Number(..)))
            };
            kept.push(if frame { rows } else { tok.clone() });
        } else if !rest.eat("OVERRIDING SYSTEM VALUE") && !rest.eat("OVERRIDING USER VALUE") {
            kept.push(tok.clone());
            rest.skip(1);
        }
    }
    without_literal_types(&kept)
}

/// `EXCLUDE CURRENT ROW` at the end of a window's frame, which the parser doesn't know.
fn eat_frame_exclusion(rest: &mut Cursor) -> bool {
    ["EXCLUDE CURRENT ROW", "EXCLUDE GROUP", "EXCLUDE TIES", "EXCLUDE NO OTHERS"]
        .iter()
        .any(|words| rest.eat(words))
}

/// Whether a table follows, so that `ONLY` may stand before it.
fn before_table(tok: &Tok) -> bool {
    ["FROM", "UPDATE", "INTO", "JOIN", "USING"].iter().any(|word| tok.is(word))
}

/// The parser knows `date '2026-01-01'` but not `ltree 'a.b'`: types that it has no name for are left out.
fn without_literal_types(tokens: &[Tok]) -> Vec<TokenWithSpan> {
    let is_text =
        |tok: &Tok| matches!(tok.token, Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_));
    let is_type = |tok: &Tok| matches!(&tok.token, Token::Word(word) if word.keyword == sqlparser::keywords::Keyword::NoKeyword);
    let names_literal = |i: usize| is_type(&tokens[i]) && tokens.get(i + 1).is_some_and(is_text);
    let left = (0..tokens.len()).filter(|i| !names_literal(*i));
    left.flat_map(|i| known_test(&tokens[i]).unwrap_or_else(|| vec![unchanged(&tokens[i])])).collect()
}

/// `ISNULL`, which the parser doesn't know, as it knows it.
fn known_test(tok: &Tok) -> Option<Vec<TokenWithSpan>> {
    let keyword = |word| TokenWithSpan { token: Token::make_keyword(word), span: tok.place };
    tok.is("ISNULL").then(|| vec![keyword("IS"), keyword("NULL")])
}

/// The tokens without `COLLATE "C"`.
fn without_collations(tokens: &[Tok]) -> Vec<Tok> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut rest = tokens.iter().peekable();
    while let Some(tok) = rest.next() {
        if !tok.is("COLLATE") {
            kept.push(tok.clone());
            continue;
        }
        rest.next();
        while rest.next_if(|tok| tok.token == Token::Period).is_some() {
            rest.next();
        }
    }
    kept
}
