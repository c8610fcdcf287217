//! A position in a run of tokens, and the questions a reader of SQL asks there.

use sqlparser::tokenizer::Token;

use super::lex::Tok;
use super::{Fault, Read};
use crate::ident::Ident;
use crate::migration::expression::Expr;
use crate::migration::operation::{Name, SqlText, TableRef};
use crate::migration::source::{Located, Source, Span};
use crate::pg::is_reserved;

/// A run of tokens and how far it is read. Copying one is how a reader looks ahead.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    pub source: &'a Source,
    pub tokens: &'a [Tok],
    /// Where "the end was reached too early" points to.
    pub end: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(source: &'a Source, tokens: &'a [Tok]) -> Self {
        let end = tokens.last().map_or(source.text.len(), |last| last.span.end);
        Self { source, tokens, end }
    }

    /// The same text, only these tokens.
    fn part(&self, tokens: &'a [Tok], end: usize) -> Self {
        Self { tokens, end, ..*self }
    }

    pub const fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn first(&self) -> Option<&'a Tok> {
        self.tokens.first()
    }

    /// What the remaining tokens cover; nothing at the end.
    pub fn span(&self) -> Span {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::new(self.end, self.end),
        }
    }

    /// The next token's place.
    pub fn here(&self) -> Span {
        self.first().map_or(Span::new(self.end, self.end), |tok| tok.span)
    }

    /// "expected …, found …" at the next token, be it one of these tokens or what follows them.
    pub fn expected(&self, what: &str) -> Fault {
        let here = self.first().map_or_else(|| self.beyond(), |tok| tok.span);
        let found = match self.source.slice(here) {
            "" => "the end".to_owned(),
            found => format!("`{found}`"),
        };
        Fault::new(format!("expected {what}, found {found}"), here)
    }

    /// The word or sign that follows these tokens, empty where the statement ends.
    fn beyond(&self) -> Span {
        let text = self.source.text.get(self.end..).unwrap_or_default();
        let word = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        let length = if text.starts_with([')', ']', ',', '=']) { 1 } else { word };
        Span::new(self.end, self.end + length)
    }

    /// Whether these keywords stand next.
    pub fn at(&self, keywords: &str) -> bool {
        starts(self.tokens, keywords)
    }

    /// Takes these keywords if they all stand next.
    pub fn eat(&mut self, keywords: &str) -> bool {
        let there = self.at(keywords);
        if there {
            self.skip(keywords.split(' ').count());
        }
        there
    }

    /// Takes these keywords or says that they are missing.
    pub fn expect(&mut self, keywords: &str) -> Read<()> {
        if self.eat(keywords) { Ok(()) } else { Err(self.expected(&format!("`{keywords}`"))) }
    }

    pub fn at_token(&self, token: &Token) -> bool {
        self.first().is_some_and(|tok| tok.token == *token)
    }

    pub fn eat_token(&mut self, token: &Token) -> bool {
        let there = self.at_token(token);
        if there {
            self.skip(1);
        }
        there
    }

    pub fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    /// Nothing may follow.
    pub fn finish(&self) -> Read<()> {
        if self.is_empty() { Ok(()) } else { Err(self.expected("the end")) }
    }

    /// An identifier.
    pub fn name(&mut self) -> Read<Name> {
        let Some(tok) = self.first() else { return Err(self.expected("a name")) };
        let Token::Word(word) = &tok.token else { return Err(self.expected("a name")) };
        if word.quote_style.is_none() && is_reserved(&word.value) {
            let message =
                format!("expected a name, found the keyword `{0}`; a name is written \"{0}\"", word.value);
            return Err(Fault::new(message, tok.span));
        }
        self.skip(1);
        Ok(Located::new(Ident::parse(self.source.slice(tok.span)), tok.span))
    }

    /// `name` or `schema.name`; of `database.schema.name` the first is dropped.
    pub fn table(&mut self) -> Read<Located<TableRef>> {
        let mut name = self.name()?;
        let mut schema = None;
        let mut span = name.span;
        while self.eat_token(&Token::Period) {
            schema = Some(name.value);
            name = self.name()?;
            span = span.to(name.span);
        }
        Ok(Located::new(TableRef { schema, name: name.value }, span))
    }

    /// The inside of the parentheses that stand next.
    pub fn group(&mut self, what: &str) -> Read<Self> {
        if !self.at_token(&Token::LParen) {
            return Err(self.expected(what));
        }
        let mut depth = 0_usize;
        for (i, tok) in self.tokens.iter().enumerate() {
            depth = tok.depth_after(depth);
            if depth == 0 {
                let inside = self.part(&self.tokens[1..i], tok.span.start);
                self.skip(i + 1);
                return Ok(inside);
            }
        }
        Err(Fault::new("this parenthesis is never closed", self.here()))
    }

    /// The parts between top-level commas.
    pub fn commas(&self) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = *self;
        loop {
            parts.push(rest.until(|at| at.at_token(&Token::Comma)));
            if !rest.eat_token(&Token::Comma) {
                return parts;
            }
        }
    }

    /// Takes everything up to the place, outside parentheses and `CASE`, where `stop` holds.
    pub fn until(&mut self, stop: impl Fn(&Self) -> bool) -> Self {
        let (mut depth, mut cases) = (0_usize, 0_usize);
        let mut taken = 0;
        for (i, tok) in self.tokens.iter().enumerate() {
            let rest = self.part(&self.tokens[i..], self.end);
            if depth == 0 && cases == 0 && stop(&rest) {
                break;
            }
            depth = tok.depth_after(depth);
            if tok.is("CASE") {
                cases += 1;
            } else if tok.is("END") {
                cases = cases.saturating_sub(1);
            }
            taken = i + 1;
        }
        let (head, tail) = self.tokens.split_at(taken);
        let part = self.part(head, tail.first().map_or(self.end, |tok| tok.span.start));
        self.tokens = tail;
        part
    }

    /// A list of names in parentheses.
    pub fn names(&mut self) -> Read<Vec<Name>> {
        let each = |mut part: Self| {
            let name = part.name()?;
            part.finish().map(|()| name)
        };
        self.group("a list of columns in parentheses")?.commas().into_iter().map(each).collect()
    }

    /// The next token as it is written.
    pub fn first_text(&self) -> SqlText {
        Located::new(self.source.slice(self.here()).to_owned(), self.here())
    }

    /// The remaining tokens as they are written, if there are any.
    pub fn text(&self) -> Option<SqlText> {
        let written = || Located::new(self.source.slice(self.span()).to_owned(), self.span());
        (!self.is_empty()).then(written)
    }

    /// The remaining tokens as they are written; `what` says what is missing when there are none.
    pub fn some_text(&self, what: &str) -> Read<SqlText> {
        self.text().ok_or_else(|| self.expected(what))
    }

    /// The remaining tokens as an expression that the parser accepts.
    pub fn expression(&self) -> Read<Expr> {
        let written = self.some_text("an expression")?;
        super::check::expression(self).map(|tree| Expr::read(written, tree))
    }
}

/// Whether tokens start with these keywords.
pub fn starts(tokens: &[Tok], keywords: &str) -> bool {
    let mut tokens = tokens.iter();
    keywords.split(' ').all(|keyword| tokens.next().is_some_and(|tok| tok.is(keyword)))
}

impl Tok {
    /// Whether this is the bare keyword.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(&self.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword))
    }

    /// The nesting after this token, given the nesting before it.
    pub const fn depth_after(&self, depth: usize) -> usize {
        match self.token {
            Token::LParen | Token::LBracket => depth + 1,
            Token::RParen | Token::RBracket => depth.saturating_sub(1),
            _ => depth,
        }
    }
}
