//! The strings of a piece of SQL: an enum's values stand in them, and have no other name.

use sqlparser::ast;
use sqlparser::tokenizer::Token;

use super::{Expr, strip};
use crate::ident::literal;
use crate::migration::sql::lex::lex;

/// The strings of a text, those in bodies between dollars included.
pub fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tok in lex(text).tokens {
        match tok.token {
            Token::SingleQuotedString(value) | Token::EscapedStringLiteral(value) => found.push(value),
            Token::DollarQuotedString(body) => {
                found.extend(strings(&body.value));
                found.push(body.value);
            }
            _ => {}
        }
    }
    found
}

/// Whether a text may speak of an enum's value: in a string of its own, or as an element of an array.
pub fn speaks_of_value(text: &str, value: &str) -> bool {
    let element = |string: &str| {
        let inside = string.strip_prefix('{').and_then(|string| string.strip_suffix('}'));
        inside.is_some_and(|inside| {
            inside.split(',').any(|one| one.trim().trim_matches(['"', '{', '}']) == value)
        })
    };
    strings(text).iter().any(|string| string == value || element(string))
}

impl Expr {
    /// Whether it is a string literal and nothing more: its type is that of the column that it is assigned to.
    pub fn is_untyped_literal(&self) -> bool {
        let string = |value: &ast::Value| {
            matches!(value, ast::Value::SingleQuotedString(_) | ast::Value::EscapedStringLiteral(_))
        };
        let tree = self.tree().map(strip);
        tree.is_some_and(|tree| matches!(tree, ast::Expr::Value(value) if string(&value.value)))
    }

    /// The expression with a string literal in it under another value, where it is one and casts of it and nothing more.
    pub fn literal_instead(&self, from: &str, to: &str) -> Option<Self> {
        fn is(expression: &ast::Expr, text: &str) -> bool {
            match strip(expression) {
                ast::Expr::Cast { expr, .. } => is(expr, text),
                ast::Expr::Value(value) => {
                    matches!(&value.value, ast::Value::SingleQuotedString(found) if found == text)
                }
                _ => false,
            }
        }
        let written = literal(from);
        let its = self.tree().is_some_and(|tree| is(tree, from)) && self.text().contains(&written);
        its.then(|| Self::new(self.text().replacen(&written, &literal(to), 1), self.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_strings_only() {
        for (text, found) in [
            ("SELECT 'a'", true),
            ("SELECT a, \"a\", 'ab' -- 'a'", false),
            ("SELECT '{b, a}'::e[]", true),
            ("SELECT '{ab}'::e[]", false),
            ("AS $$ SELECT s = 'a' FROM t $$", true),
        ] {
            assert_eq!(speaks_of_value(text, "a"), found, "{text}");
        }
    }

    #[test]
    fn a_literal_and_its_casts() {
        for (text, wanted) in [
            ("'a'", Some("'it''s'")),
            ("('a'::text)::public.e", Some("('it''s'::text)::public.e")),
            ("lower('a')", None),
            ("'b'", None),
        ] {
            let instead = Expr::from(text).literal_instead("a", "it's");
            assert_eq!(instead.as_ref().map(Expr::text), wanted, "{text}");
        }
    }
}
