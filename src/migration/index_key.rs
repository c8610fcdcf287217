//! One column of an index, as `CREATE INDEX` writes it: `"Name" COLLATE "C" text_pattern_ops DESC`, `(lower(email))`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlparser::tokenizer::Token;

use super::expression::Expr;
use super::operation::SqlText;
use super::source::{Located, Source};
use super::sql::cursor::Cursor;
use super::sql::lex::lex;
use super::sql::{Read, check};
use crate::ident::Ident;

/// A column of an index with what is said of it.
#[derive(Debug, Clone)]
pub struct IndexKey {
    /// The whole, as it is written.
    pub text: SqlText,
    /// What is indexed.
    pub on: IndexedValue,
    /// The collation, if one is written.
    pub collation: Option<String>,
    /// The operator class, with its parameters, if one is written.
    pub operator_class: Option<String>,
    /// `DESC NULLS LAST` and the like.
    pub order: Option<String>,
}

/// What a column of an index holds.
#[derive(Debug, Clone, PartialEq)]
pub enum IndexedValue {
    /// A column of the table.
    Column(Ident),
    /// The value of an expression, here without the parentheses around it.
    Expression(Expr),
}

impl IndexKey {
    /// Reads what stands between two commas.
    pub(super) fn of(cursor: &Cursor) -> Read<Self> {
        let text = cursor.some_text("a column")?;
        let unknown = || Self {
            text: text.clone(),
            on: IndexedValue::Expression(Expr::new(text.value.as_str(), text.span)),
            collation: None,
            operator_class: None,
            order: None,
        };
        // what has another shape is an expression that nobody can read, and so might be anything
        Ok(split(*cursor, &text).unwrap_or_else(unknown))
    }

    /// A column and nothing more.
    pub fn plain(column: &Ident) -> Self {
        Self {
            text: Located::nowhere(column.to_string()),
            on: IndexedValue::Column(column.clone()),
            collation: None,
            operator_class: None,
            order: None,
        }
    }

    /// Reads a text of its own.
    pub fn parse(text: &str) -> Self {
        Self::read(Located::nowhere(text.to_owned()))
    }

    fn read(text: SqlText) -> Self {
        let source = Source::new("", text.value.as_str());
        let lexed = lex(&source.text);
        let read = split(Cursor::new(&source, &lexed.tokens), &text).filter(|_| lexed.broken.is_none());
        read.unwrap_or_else(|| {
            let on = IndexedValue::Expression(Expr::new(text.value.as_str(), text.span));
            Self { text, on, collation: None, operator_class: None, order: None }
        })
    }

    /// The column, unless this is an expression.
    pub fn column(&self) -> Option<&Ident> {
        match &self.on {
            IndexedValue::Column(column) => Some(column),
            IndexedValue::Expression(_) => None,
        }
    }

    /// The same with one column of the table under another name.
    pub fn renamed(&self, table: &Ident, from: &Ident, to: &Ident) -> Self {
        let text = Expr::from(self.text.as_str()).renamed(table, from, to);
        Self::read(Located::new(text.text().to_owned(), self.text.span))
    }

    /// The whole as SQL, without the table's name before its columns.
    pub fn sql(&self, table: &Ident) -> String {
        Expr::from(self.text.as_str()).without_table(table).text().to_owned()
    }

    /// The indexed value alone, as SQL writes it in a query over the table: none where equal values of the index may be
    /// others than those of `=`.
    pub fn value(&self, table: &Ident) -> Option<String> {
        if self.collation.is_some() || self.operator_class.is_some() {
            return None;
        }
        Some(match &self.on {
            IndexedValue::Column(column) => column.to_string(),
            IndexedValue::Expression(expression) => expression.without_table(table).text().to_owned(),
        })
    }

    /// The columns of `known` that it names.
    pub fn columns_of<'k>(&self, table: &Ident, known: impl IntoIterator<Item = &'k Ident>) -> Vec<Ident> {
        match &self.on {
            IndexedValue::Column(column) => {
                known.into_iter().find(|one| *one == column).cloned().into_iter().collect()
            }
            IndexedValue::Expression(expression) => expression.columns_of(table, known),
        }
    }

    /// What PostgreSQL calls the column where it gives the index a name.
    pub fn name(&self) -> Ident {
        match &self.on {
            IndexedValue::Column(column) => column.clone(),
            IndexedValue::Expression(expression) => {
                expression.result_name().unwrap_or_else(|| Ident::new("expr"))
            }
        }
    }
}

/// The parts in PostgreSQL's order: value, collation, operator class, order.
fn split(mut cursor: Cursor, text: &SqlText) -> Option<IndexKey> {
    let start = cursor;
    let on = if cursor.at_token(&Token::LParen) {
        IndexedValue::Expression(expression(&cursor.group("an expression").ok()?))
    } else {
        let mut name = cursor.name().ok();
        if name.is_none() {
            cursor.first().filter(|tok| matches!(tok.token, Token::Word(_)))?;
            cursor.skip(1);
        }
        while cursor.eat_token(&Token::Period) {
            name = Some(cursor.name().ok()?);
        }
        if cursor.at_token(&Token::LParen) {
            cursor.group("arguments").ok()?;
            let count = start.tokens.len() - cursor.tokens.len();
            IndexedValue::Expression(expression(&Cursor { tokens: &start.tokens[..count], ..start }))
        } else {
            IndexedValue::Column(name?.value)
        }
    };
    let words = |part: Cursor| part.text().map(|text| text.value);
    let at_order = |at: &Cursor| at.at("ASC") || at.at("DESC") || at.at("NULLS");
    let mut collation = None;
    if cursor.eat("COLLATE") {
        let before = cursor;
        cursor.name().ok()?;
        while cursor.eat_token(&Token::Period) {
            cursor.name().ok()?;
        }
        let count = before.tokens.len() - cursor.tokens.len();
        collation = words(Cursor { tokens: &before.tokens[..count], ..before });
    }
    let operator_class = words(cursor.until(at_order));
    Some(IndexKey { text: text.clone(), on, collation, operator_class, order: words(cursor) })
}

fn expression(cursor: &Cursor) -> Expr {
    let text = cursor.text().unwrap_or_default();
    Expr::read(text, check::expression(cursor).ok().flatten())
}

/// By meaning: `"a"` is `a`.
impl PartialEq for IndexKey {
    fn eq(&self, other: &Self) -> bool {
        let parts = |key: &Self| (key.collation.clone(), key.operator_class.clone(), key.order.clone());
        self.on == other.on && parts(self) == parts(other)
    }
}

impl Serialize for IndexKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IndexKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Located::<String>::deserialize(deserializer).map(Self::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let parts = |text: &str| {
            let key = IndexKey::parse(text);
            let on = match &key.on {
                IndexedValue::Column(column) => format!("column {}", column.as_str()),
                IndexedValue::Expression(expression) => format!("({expression})"),
            };
            [Some(on), key.collation, key.operator_class, key.order].map(Option::unwrap_or_default).join("|")
        };
        assert_eq!(parts("A"), "column a|||");
        assert_eq!(
            parts("\"Über all\" COLLATE pg_catalog.\"C\" public.ops (siglen = 32) DESC NULLS LAST"),
            "column Über all|pg_catalog.\"C\"|public.ops (siglen = 32)|DESC NULLS LAST"
        );
        assert_eq!(
            parts("pg_catalog.lower(\"a)\") text_ops ASC"),
            "(pg_catalog.lower(\"a)\"))||text_ops|ASC"
        );
        assert_eq!(parts("(a || $$)$$) nulls first"), "(a || $$)$$)|||nulls first");
        assert_eq!(parts("coalesce(a, b)"), "(coalesce(a, b))|||");
        assert_eq!(parts("a + b"), "column a||+ b|");
    }

    #[test]
    fn index_columns_are_called_as_postgres_calls_them() {
        for (text, name) in [
            ("a DESC", "a"),
            ("\"Über all\" text_pattern_ops", "Über all"),
            ("lower(Note)", "lower"),
            ("pg_catalog.lower(note) DESC", "lower"),
            ("\"Lower\"(note)", "Lower"),
            ("(lower(note))", "lower"),
            ("(a + b)", "expr"),
            ("((a || b))", "expr"),
            ("(lower(a) || ':' || id)", "expr"),
            ("(lower(a)::text)", "lower"),
            ("lower(a) text_pattern_ops", "lower"),
            ("(a::text)", "a"),
            ("(a::text || b)", "expr"),
            ("((a || b)::text)", "text"),
            ("(coalesce(a, b))", "coalesce"),
            ("(CASE WHEN a THEN b END)", "case"),
            ("(a AT TIME ZONE 'UTC')", "timezone"),
            ("(data ->> 'x')", "expr"),
            ("extract(year from at)", "extract"),
            ("trim(a)", "btrim"),
        ] {
            assert_eq!(IndexKey::parse(text).name().as_str(), name, "{text}");
        }
    }
}
