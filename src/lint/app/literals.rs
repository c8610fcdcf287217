//! String literals of programs that hold SQL. What a program puts into one when it runs is taken for a placeholder.

use std::path::Path;

/// How a language writes literals and comments.
struct Language {
    endings: &'static [&'static str],
    /// Longest first.
    quotes: &'static [&'static str],
    line_comments: &'static [&'static str],
}

const C_LIKE: &[&str] = &["//"];

const LANGUAGES: &[Language] = &[
    Language { endings: &["py"], quotes: &["\"\"\"", "'''", "\"", "'"], line_comments: &["#"] },
    Language { endings: &["rb", "ex", "exs"], quotes: &["\"\"\"", "\"", "'"], line_comments: &["#"] },
    Language {
        endings: &["js", "mjs", "cjs", "jsx", "ts", "mts", "tsx"],
        quotes: &["`", "\"", "'"],
        line_comments: C_LIKE,
    },
    Language { endings: &["go"], quotes: &["`", "\""], line_comments: C_LIKE },
    Language {
        endings: &["java", "kt", "scala", "cs", "swift"],
        quotes: &["\"\"\"", "\""],
        line_comments: C_LIKE,
    },
    Language { endings: &["rs"], quotes: &["\""], line_comments: C_LIKE },
    Language { endings: &["php"], quotes: &["\"", "'"], line_comments: &["//", "#"] },
];

/// What a statement that is looked at begins with.
const HEADS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "COPY", "TRUNCATE", "MERGE"];

/// Whether a file is a program whose literals are looked at.
pub fn is_program(path: &str) -> bool {
    language(path).is_some()
}

fn language(path: &str) -> Option<&'static Language> {
    let ending = Path::new(path).extension()?.to_str()?;
    LANGUAGES.iter().find(|language| language.endings.contains(&ending))
}

/// The literals that begin as SQL does, each with its place; as long as they are in the file.
pub fn statements(path: &str, text: &str) -> Vec<(usize, String)> {
    let Some(language) = language(path) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let until = |end: &str| rest.find(end).map_or(rest.len(), |length| length + end.len());
        let quote = language.quotes.iter().find(|quote| rest.starts_with(**quote));
        at += match quote {
            _ if language.line_comments.iter().any(|mark| rest.starts_with(mark)) => until("\n"),
            _ if language.line_comments.contains(&"//") && rest.starts_with("/*") => until("*/"),
            Some(quote) => {
                let inside = &rest[quote.len()..];
                let length = literal(inside, quote);
                let sql = &inside[..length];
                if begins_as_sql(sql) {
                    found.push((at + quote.len(), plain(sql)));
                }
                (quote.len() * 2 + length).min(rest.len())
            }
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    found
}

/// How long a literal is, without its quotes.
fn literal(inside: &str, quote: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = inside.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(quote) {
            return at;
        }
        // One that is forgotten ends with its line.
        if quote.len() == 1
            && quote != "`"
            && rest.starts_with('\n')
            && !inside[..at].contains('\n')
            && !begins_as_sql(inside)
        {
            return at;
        }
        let escaped = rest.starts_with('\\');
        at += rest.chars().take(if escaped { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    inside.len()
}

fn begins_as_sql(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\\' || c == 'n');
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    HEADS.contains(&word.to_ascii_uppercase().as_str())
        && text[word.len()..].starts_with(|c: char| c.is_whitespace() || c == '\\')
}

/// The text with escapes and insertions as blanks and placeholders of the same length.
fn plain(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let inserted = ["${", "#{", "{"].iter().find(|mark| rest.starts_with(**mark));
        let length = match (c, inserted) {
            ('\\', _) => rest.chars().take(2).map(char::len_utf8).sum(),
            (_, Some(mark)) => braces(rest, mark.len()),
            _ => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        let stands = match (c, rest[..length].ends_with('"')) {
            ('\\', true) => {
                quoted = !quoted;
                if quoted { " \"" } else { "\" " }
            }
            ('\\', false) => "  ",
            _ => "$1",
        };
        out.push_str(stands);
        out.extend(std::iter::repeat_n(' ', length.saturating_sub(stands.len())));
        rest = &rest[length..];
    }
    out
}

/// Up to the brace that closes the one at the end of the mark.
fn braces(text: &str, mark: usize) -> usize {
    let mut depth = 1;
    for (at, c) in text.char_indices().skip(mark) {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        statements(path, text)
            .into_iter()
            .map(|(at, sql)| {
                assert!(text.is_char_boundary(at));
                sql.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn sql_in_literals_is_found() {
        assert_eq!(
            found(
                "a.py",
                "# SELECT 'no'\nx = f\"\"\"\n  SELECT * FROM {table}\n  WHERE a = %s\"\"\"\ny = 'select it'"
            ),
            ["SELECT * FROM $1 WHERE a = %s", "select it"]
        );
        assert_eq!(
            found(
                "a.ts",
                "// it's\nconst q = sql`UPDATE t SET a = ${x.y({})} RETURNING *`; const z = \"hello\""
            ),
            ["UPDATE t SET a = $1 RETURNING *"]
        );
        assert_eq!(found("a.go", "q := \"SELECT \\\"Name\\\" FROM t\\n\""), ["SELECT \"Name\" FROM t"]);
        assert_eq!(found("a.rs", "let q = r#\"SELECT a\"#; let c = 'x';"), ["SELECT a"]);
        assert_eq!(found("a.txt", "SELECT 1"), [""; 0]);
    }
}
