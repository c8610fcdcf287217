//! A page goes to people who may not see rows: SQL is shown without its constants.

use std::fmt::Write;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

/// How long a piece of SQL is shown.
const HEAD: usize = 180;

/// The beginning of SQL, without constants and comments.
pub fn head(sql: &str) -> String {
    let mut tokens = Vec::new();
    // what can't be read, and what comes after it, is left out
    let whole =
        Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize_with_location_into_buf(&mut tokens).is_ok();
    let mut out = String::new();
    for token in tokens {
        match token.token {
            Token::Whitespace(Whitespace::Space | Whitespace::Newline | Whitespace::Tab) => {
                if !out.ends_with(' ') && !out.is_empty() {
                    out.push(' ');
                }
            }
            Token::Whitespace(_) => {}
            token if is_constant(&token) => out.push('?'),
            token => {
                let _ = write!(out, "{token}");
            }
        }
        if out.chars().count() > HEAD {
            let cut: String = out.chars().take(HEAD).collect();
            return format!("{}…", cut.trim_end());
        }
    }
    let out = out.trim_end();
    if whole { out.to_owned() } else { format!("{out}…") }
}

/// A message, with constants masked in the SQL that it quotes. Values that the server names stay out as well.
pub fn message(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let masked: Vec<String> =
        parts.map(|(at, part)| if at % 2 == 1 { head(part) } else { without_values(part) }).collect();
    masked.join("`")
}

/// The server names the values of a key in its form `(column)=(value)`, and rows in `(…)` behind `contains`.
fn without_values(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(")=(") {
        out.push_str(before);
        out.push_str(")=(?");
        // a value may hold a parenthesis itself: all up to the last one of the line goes
        let line = after.find('\n').unwrap_or(after.len());
        rest = after[..line].rfind(')').map_or(&after[line..], |end| &after[end..]);
    }
    out.push_str(rest);
    out
}

const fn is_constant(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::TripleSingleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::SingleQuotedRawStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::QuoteDelimitedStringLiteral(_)
            | Token::NationalQuoteDelimitedStringLiteral(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_every_form_are_masked() {
        let sql = "UPDATE t SET a = 'secret', b = E'\\'s3', c = $x$secret$x$, d = B'101', e = 42, f = U&'secret' -- secret\n /* secret */ WHERE \"it's\" = n'secret'";
        let told = "UPDATE t SET a = ?, b = ?, c = ?, d = ?, e = ?, f = ? WHERE \"it's\" = ?";
        assert_eq!(head(sql), told);
    }

    #[test]
    fn what_was_cut_shows_no_half_constant() {
        assert_eq!(head("ALTER TABLE t ALTER a SET DEFAULT 'secr"), "ALTER TABLE t ALTER a SET DEFAULT…");
        assert!(head(&"SELECT a, ".repeat(90)).chars().count() <= HEAD + 1);
    }

    #[test]
    fn messages_keep_their_words() {
        let text = "can't run `SELECT 'x'`: it's not there\nKey (email, id)=(a@(b), 7) already exists.";
        let told = "can't run `SELECT ?`: it's not there\nKey (email, id)=(?) already exists.";
        assert_eq!(message(text), told);
    }
}
