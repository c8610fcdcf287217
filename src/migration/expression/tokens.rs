//! The names in a piece of SQL, token by token: never by replacing text, which would turn the column `id` in `paid` or
//! in a string. It serves definitions, which are no expressions, and expressions that the parser can't read.

use sqlparser::tokenizer::Token;

use crate::ident::Ident;
use crate::migration::source::Span;
use crate::migration::sql::lex::lex;

/// A name in a piece of SQL, or a keyword.
#[derive(Debug)]
pub struct Word {
    /// The name.
    pub ident: Ident,
    /// Where it stands.
    pub span: Span,
    /// The names before it, each followed by a dot.
    pub qualifiers: Vec<Ident>,
    /// The first byte of those, or of the name itself.
    pub start: usize,
    /// A type after `::`, or a collation.
    pub no_column: bool,
    /// It stands where a cast has its type: after `::` or `AS`.
    pub is_type: bool,
    /// It was written in double quotes, and so is no keyword.
    pub quoted: bool,
    /// A parenthesis follows.
    pub called: bool,
}

impl Word {
    /// Whether this is the bare keyword, in lower case.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        !self.quoted && self.ident.as_str() == keyword
    }

    /// Whether this may be a column. `a IN (…)` is printed by the server as `= ANY (…)`, so a bare word before a
    /// parenthesis is a call or a keyword everywhere but in a column list, where the parenthesis comes first.
    pub fn may_be_column(&self) -> bool {
        !self.no_column && !self.called
    }

    /// The name right before it.
    pub fn qualifier(&self) -> Option<&Ident> {
        self.qualifiers.last()
    }
}

/// The names of a text and its keywords, in order. A literal that isn't closed ends the list early; PostgreSQL will say
/// so when the text is tried.
pub fn words(text: &str) -> Vec<Word> {
    let tokens = lex(text).tokens;
    let mut words: Vec<Word> = Vec::new();
    for (at, tok) in tokens.iter().enumerate() {
        let Token::Word(word) = &tok.token else { continue };
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let dotted = before.is_some_and(|tok| tok.token == Token::Period);
        let qualifier = dotted.then(|| words.last()).flatten();
        let (qualifiers, start, no_column, is_type) = match qualifier {
            Some(last) => {
                let names = last.qualifiers.iter().chain([&last.ident]).cloned().collect();
                (names, last.start, last.no_column, last.is_type)
            }
            None => {
                let cast = before.is_some_and(|tok| tok.token == Token::DoubleColon);
                let after = |keyword: &str| before.is_some_and(|tok| tok.is(keyword));
                (Vec::new(), tok.span.start, cast || after("COLLATE"), cast || after("AS"))
            }
        };
        words.push(Word {
            ident: Ident::written(&word.value, word.quote_style.is_some()),
            span: tok.span,
            qualifiers,
            start,
            no_column,
            is_type,
            quoted: word.quote_style.is_some(),
            called: tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen),
        });
    }
    words
}
