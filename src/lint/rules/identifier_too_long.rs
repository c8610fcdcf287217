//! Names that PostgreSQL cuts.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::ident::MAX_BYTES;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::statement::Statement;

/// The rule.
pub static RULE: Rule = Rule {
    id: "identifier-too-long",
    severity: Severity::Warning,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/identifier-too-long.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let text = cx.written(cx.step.span).filter(|text| may_be_long(text))?;
    let queries = matches!(cx.statement(), Some(Statement::Query(_) | Statement::Write(_)));
    let name = long_name(text).filter(|_| !queries)?;
    let cut = &name[..name.floor_char_boundary(MAX_BYTES)];
    let message = format!("`{name}` has {} bytes: PostgreSQL calls it `{cut}`", name.len());
    Some(Problem::new(cx.step.span, message).help(format!("choose a name of at most {MAX_BYTES} bytes")))
}

/// A quick look, for the many texts that hold none: runs of other characters than those between names.
fn may_be_long(text: &str) -> bool {
    let between = |byte: &u8| byte.is_ascii_whitespace() || b"(),.;=".contains(byte);
    text.len() > MAX_BYTES
        && (text.as_bytes().split(between).any(|run| run.len() > MAX_BYTES)
            || text.split('"').skip(1).step_by(2).any(|quoted| quoted.len() > MAX_BYTES))
}

fn long_name(text: &str) -> Option<String> {
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize().ok()?;
    tokens.into_iter().find_map(|token| match token {
        Token::Word(word) if word.value.len() > MAX_BYTES => Some(word.value),
        _ => None,
    })
}
