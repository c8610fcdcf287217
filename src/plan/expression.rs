//! Reading and renaming names inside SQL expressions, token by token: never by replacing text, which would turn
//! the column `id` in `paid` or in a string.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::catalog::FunctionName;
use crate::ident::Ident;
use crate::migration::source::{Position, Source};
use crate::pg::{Keyword, keyword};

/// A name in an expression.
struct Word {
    ident: Ident,
    start: usize,
    end: usize,
    /// The significant text before it is a dot, and the name before that.
    qualifier: Option<Ident>,
    /// The first byte of that qualifier.
    qualifier_start: usize,
    /// It can't be a column: a type after `::`, a collation, a function that is called.
    other: bool,
    /// It was written in double quotes, and so is no keyword.
    quoted: bool,
    /// A parenthesis follows.
    opens: bool,
    /// It stands where a cast has its type.
    is_type: bool,
}

impl Word {
    fn is_keyword(&self, keyword: &str) -> bool {
        !self.quoted && self.ident.as_str() == keyword
    }
}

/// The columns of `known` that an expression names. A function of the same name counts too: one column too many
/// does no harm to those who ask.
pub fn columns_used<'a>(expression: &str, known: impl IntoIterator<Item = &'a Ident>) -> Vec<Ident> {
    let words = words(expression);
    let mut used: Vec<Ident> = Vec::new();
    for column in known {
        if !used.contains(column) && words.iter().any(|word| word.ident == *column) {
            used.push(column.clone());
        }
    }
    used
}

/// The expression with `table.column` written as `column`: inside an expression function the row has no name.
pub fn without_table(expression: &str, table: &Ident) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut copied = 0;
    for word in words(expression) {
        if word.qualifier.as_ref() == Some(table) {
            out.push_str(&expression[copied..word.qualifier_start]);
            copied = word.start;
        }
    }
    out.push_str(&expression[copied..]);
    out
}

/// A definition as `pg_get_indexdef` or `pg_get_constraintdef` print it, with one column renamed.
pub fn rename_column(definition: &str, from: &Ident, to: &Ident) -> String {
    rename_where(definition, from, to, |_| true)
}

/// A foreign key's definition with one referring column renamed; the referenced columns keep their names.
pub fn rename_referring(definition: &str, from: &Ident, to: &Ident) -> String {
    let words = words(definition);
    let keyword = |name: &str| words.iter().find(|word| word.is_keyword(name)).map(|word| word.start);
    let references = keyword("references").unwrap_or(definition.len());
    let set = keyword("set").unwrap_or(definition.len());
    rename_where(definition, from, to, |at| at < references || at > set)
}

/// A foreign key's definition with one referenced column renamed.
pub fn rename_referenced(definition: &str, from: &Ident, to: &Ident) -> String {
    let words = words(definition);
    let keyword = |name: &str| words.iter().find(|word| word.is_keyword(name)).map(|word| word.start);
    let references = keyword("references").unwrap_or(definition.len());
    let set = keyword("set").unwrap_or(definition.len());
    rename_where(definition, from, to, |at| at > references && at < set)
}

/// An expression or trigger definition with one column of a table renamed: bare, or behind the table's name, `NEW` or
/// `OLD`.
pub fn rename_in_table(text: &str, table: &Ident, from: &Ident, to: &Ident) -> String {
    let row = |name: &Ident| name == table || matches!(name.as_str(), "new" | "old");
    rename_if(text, from, to, |word| word.qualifier.as_ref().is_none_or(row))
}

/// An expression with the types that it casts to under other names.
pub fn rename_casts(text: &str, renamed: impl Fn(&Ident) -> Option<Ident>) -> String {
    rename_words(text, |word| word.is_type.then(|| renamed(&word.ident)).flatten())
}

/// The name of a type under another one: `public.e[]`.
pub fn rename_type(text: &str, renamed: impl Fn(&Ident) -> Option<Ident>) -> String {
    let last = words(text).len().saturating_sub(1);
    let at = std::cell::Cell::new(0);
    rename_words(text, |word| {
        let here = at.replace(at.get() + 1);
        (here == last).then(|| renamed(&word.ident)).flatten()
    })
}

fn rename_where(definition: &str, from: &Ident, to: &Ident, wanted: impl Fn(usize) -> bool) -> String {
    rename_if(definition, from, to, |word| word.qualifier.is_none() && wanted(word.start))
}

fn rename_if(text: &str, from: &Ident, to: &Ident, wanted: impl Fn(&Word) -> bool) -> String {
    rename_words(text, |word| (word.ident == *from && !word.other && wanted(word)).then(|| to.clone()))
}

fn rename_words(text: &str, renamed: impl Fn(&Word) -> Option<Ident>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for word in words(text) {
        if let Some(to) = renamed(&word) {
            out.push_str(&text[copied..word.start]);
            out.push_str(&to.to_string());
            copied = word.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// What stands after the first `USING` of an index definition, that word included: method, columns, predicate.
pub fn index_tail(definition: &str) -> &str {
    words(definition)
        .iter()
        .find(|word| word.is_keyword("using"))
        .map_or("", |word| &definition[word.start..])
}

/// The `DEFERRABLE …` part of a constraint's definition.
pub fn deferrability(definition: &str) -> &str {
    words(definition)
        .iter()
        .find(|word| word.is_keyword("deferrable"))
        .map_or("", |word| &definition[word.start..])
}

/// The functions that an expression calls. `coalesce(…)` and the like are no functions but grammar, unless quoted.
pub fn functions_called(expression: &str) -> Vec<FunctionName> {
    let words = words(expression);
    let grammar = |word: &Word| {
        !word.quoted
            && word.qualifier.is_none()
            && matches!(keyword(word.ident.as_str()), Some(Keyword::Reserved | Keyword::ColumnName))
    };
    let before = |at: usize| at.checked_sub(1).and_then(|at| words.get(at));
    // `character varying(20)`
    let of_type = |at: usize| {
        let varying = words[at].is_keyword("varying");
        words[at].is_type || varying && before(at).is_some_and(|word| grammar(word))
    };
    (0..words.len())
        .filter(|at| words[*at].opens && !of_type(*at) && !grammar(&words[*at]))
        .map(|at| FunctionName { schema: words[at].qualifier.clone(), name: words[at].ident.clone() })
        .collect()
}

fn words(text: &str) -> Vec<Word> {
    let source = Source::new("", text);
    let byte = |at: sqlparser::tokenizer::Location| {
        source.byte_at(Position { line: at.line as usize, column: at.column as usize })
    };
    let mut tokens = Vec::new();
    // An unterminated literal ends the list early; PostgreSQL will say so when the text is tried.
    let _ = Tokenizer::new(&PostgreSqlDialect {}, text)
        .with_unescape(false)
        .tokenize_with_location_into_buf(&mut tokens);
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    let mut words: Vec<Word> = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let Token::Word(word) = &token.token else { continue };
        let ident = match word.quote_style {
            Some(_) => Ident::new(word.value.replace("\"\"", "\"")),
            None => Ident::new(word.value.to_lowercase()),
        };
        let before = i.checked_sub(1).map(|at| &tokens[at].token);
        let opens = tokens.get(i + 1).is_some_and(|next| next.token == Token::LParen);
        let called = opens && word.quote_style.is_none();
        let collation =
            matches!(before, Some(Token::Word(word)) if word.value.eq_ignore_ascii_case("collate"));
        let dotted = matches!(before, Some(Token::Period));
        let qualifier = dotted.then(|| words.last()).flatten().map(|word| (word.ident.clone(), word.start));
        // `AS` stands in casts only, where an expression is read.
        let behind =
            words.last().is_some_and(|word| if dotted { word.is_type } else { word.is_keyword("as") });
        let is_type = behind || matches!(before, Some(Token::DoubleColon));
        let (start, end) = (byte(token.span.start), byte(token.span.end));
        let qualifier_start = qualifier.as_ref().map_or(start, |(_, start)| *start);
        words.push(Word {
            ident,
            start,
            end,
            qualifier: qualifier.map(|(name, _)| name),
            qualifier_start,
            // `a IN (…)` is printed by the server as `= ANY (…)`, so a word before `(` is a call or a keyword
            // everywhere but in a column list, where the parenthesis comes first.
            other: called || is_type || collation,
            quoted: word.quote_style.is_some(),
            opens,
            is_type,
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_columns_and_not_strings() {
        let known = ["id", "Name", "paid"].map(Ident::from);
        assert_eq!(columns_used("coalesce(\"Name\", 'id') || $$paid$$", &known), vec![Ident::new("Name")]);
        assert_eq!(columns_used("PAID + 1 -- id", &known), vec![Ident::new("paid")]);
    }

    #[test]
    fn calls_are_found_however_they_are_written() {
        let called = |text: &str| {
            let names = functions_called(text).into_iter();
            let text = |name: FunctionName| match name.schema {
                Some(schema) => format!("{schema}.{}", name.name),
                None => name.name.to_string(),
            };
            names.map(text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(called("now()"), "now");
        assert_eq!(called("\"gen_random_uuid\"()"), "gen_random_uuid");
        assert_eq!(called("\"App\".\"Key\" (1) || left('a', 1)"), "\"App\".\"Key\" \"left\"");
        assert_eq!(called("coalesce(CAST(1 AS numeric(10,2)), 2)::character varying(20)"), "");
        assert_eq!(called("'a'::public.geometry(Point, 4326)"), "");
        assert_eq!(called("\"coalesce\"(1)"), "\"coalesce\"");
        assert_eq!(called("current_timestamp(3)"), "");
    }

    #[test]
    fn renames_whole_names_only() {
        let (from, to) = (Ident::new("id"), Ident::new("New"));
        assert_eq!(
            rename_column("CHECK ((id > paid) AND ('id' <> id(id)::text))", &from, &to),
            "CHECK ((\"New\" > paid) AND ('id' <> id(\"New\")::text))"
        );
        let definition =
            "CREATE INDEX i ON public.t USING btree (id DESC, lower(\"id\")) WHERE (id IS NOT NULL)";
        assert_eq!(
            rename_column(index_tail(definition), &from, &to),
            "USING btree (\"New\" DESC, lower(\"New\")) WHERE (\"New\" IS NOT NULL)"
        );
    }

    #[test]
    fn foreign_keys_rename_one_side() {
        let definition = "FOREIGN KEY (id, x) REFERENCES p(id, x) ON DELETE SET NULL (id)";
        assert_eq!(
            rename_referring(definition, &Ident::new("id"), &Ident::new("n")),
            "FOREIGN KEY (n, x) REFERENCES p(id, x) ON DELETE SET NULL (n)"
        );
    }

    #[test]
    fn foreign_keys_rename_the_other_side() {
        let definition = "FOREIGN KEY (id) REFERENCES public.id(id) ON DELETE SET NULL (id)";
        assert_eq!(
            rename_referenced(definition, &Ident::new("id"), &Ident::new("n")),
            "FOREIGN KEY (id) REFERENCES public.id(n) ON DELETE SET NULL (id)"
        );
    }

    #[test]
    fn triggers_rename_rows_and_lists() {
        let text = "CREATE TRIGGER a BEFORE UPDATE OF a ON public.t FOR EACH ROW WHEN ((old.a IS DISTINCT FROM other.a)) EXECUTE FUNCTION a()";
        let renamed = rename_in_table(text, &Ident::new("t"), &Ident::new("a"), &Ident::new("b"));
        assert!(
            renamed.contains("UPDATE OF b ON") && renamed.contains("old.b IS") && renamed.contains("other.a")
        );
        assert!(renamed.ends_with("EXECUTE FUNCTION a()"), "{renamed}");
    }

    #[test]
    fn drops_the_tables_name() {
        assert_eq!(without_table("users.name || 'users.x'", &Ident::new("users")), "name || 'users.x'");
    }

    #[test]
    fn reads_deferrability() {
        assert_eq!(
            deferrability("UNIQUE (a) DEFERRABLE INITIALLY DEFERRED"),
            "DEFERRABLE INITIALLY DEFERRED"
        );
        assert_eq!(deferrability("UNIQUE (a)"), "");
    }
}
