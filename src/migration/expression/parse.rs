//! Text into trees.

use sqlparser::ast;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token};

use crate::migration::source::Source;
use crate::migration::sql::check;
use crate::migration::sql::cursor::Cursor;
use crate::migration::sql::lex::{Tok, lex};

/// Expressions with more words and signs than this keep no tree: dropping one takes stack for each of its levels, on
/// whichever thread that happens. Values and commas don't count, so that a long list of values is no reason.
const MOST_PARTS: usize = 1000;

/// What was read from a text.
#[derive(Debug)]
pub struct Tree {
    /// The expression.
    pub root: ast::Expr,
    /// Where the text begins in what the parser was given.
    start: Location,
    /// Whether the tree has everything that is written: no collation and no type of a literal was left out.
    pub is_whole: bool,
}

impl Tree {
    /// Keeps a tree that was read from these tokens, unless it is too deep to be kept.
    pub fn keep(root: ast::Expr, tokens: &[Tok], is_whole: bool) -> Option<Self> {
        let start = tokens.first()?.place.start;
        is_shallow(tokens).then_some(Self { root, start, is_whole })
    }

    /// A place of the parser's as one in the text of the expression.
    pub fn place(&self, at: Location) -> Location {
        let line = at.line - self.start.line + 1;
        let column = if at.line == self.start.line { at.column - self.start.column + 1 } else { at.column };
        Location { line, column }
    }
}

fn is_shallow(tokens: &[Tok]) -> bool {
    let counts = |tok: &&Tok| {
        !matches!(
            tok.token,
            Token::Comma
                | Token::RParen
                | Token::RBracket
                | Token::Number(..)
                | Token::SingleQuotedString(_)
                | Token::EscapedStringLiteral(_)
        )
    };
    tokens.iter().filter(counts).count() <= MOST_PARTS
}

/// Reads an expression; none where the parser doesn't know it.
pub fn tree(text: &str) -> Option<Tree> {
    let source = Source::new("", text);
    let lexed = lex(&source.text);
    if lexed.broken.is_some() || !is_shallow(&lexed.tokens) {
        return None;
    }
    check::expression(&Cursor::new(&source, &lexed.tokens)).ok().flatten()
}

/// The expressions in the parentheses that the text begins with.
pub fn parse_list(text: &str) -> Option<Vec<ast::Expr>> {
    let dialect = PostgreSqlDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(text).ok()?;
    parser.expect_token(&Token::LParen).ok()?;
    let list = parser.parse_comma_separated(Parser::parse_expr).ok()?;
    parser.expect_token(&Token::RParen).ok()?;
    Some(list)
}

/// An expression without the parentheses around it.
pub fn strip(expression: &ast::Expr) -> &ast::Expr {
    match expression {
        ast::Expr::Nested(inner) => strip(inner),
        other => other,
    }
}
