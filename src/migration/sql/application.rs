//! What the SQL of an application does that a view can't, or that a change of columns reaches: read off its tokens, since
//! placeholders and what a program puts into the text keep it from being parsed.

use sqlparser::tokenizer::Token;

use super::lex::{Tok, lex};
use crate::ident::Ident;
use crate::migration::source::Span;

/// One thing that an application's statement does.
#[derive(Debug, Clone, PartialEq)]
pub struct AppUse {
    /// What.
    pub what: AppDoes,
    /// The table, as far as it is said without a schema: with one it means the table itself.
    pub table: Option<Ident>,
    /// Where in the text.
    pub span: Span,
}

/// What it is.
#[derive(Debug, Clone, PartialEq)]
pub enum AppDoes {
    /// `COPY table`
    Copy,
    /// `TRUNCATE`
    Truncate,
    /// `MERGE INTO`
    Merge,
    /// `ON CONFLICT ON CONSTRAINT name`
    OnConstraint(Ident),
    /// `ctid`, `xmin`…
    SystemColumn(Ident),
    /// `TABLESAMPLE`
    Sample,
    /// `INSERT INTO table VALUES …`, without columns.
    Positional,
    /// `SELECT *`, `RETURNING *`
    Star,
    /// `GROUP BY` one name, with others in the list that are in no aggregate.
    GroupByOne,
    /// A name of anything.
    Names(Ident),
}

/// What every statement of the text does, in order.
pub fn application(text: &str) -> Vec<AppUse> {
    let lexed = lex(text);
    let statements = lexed.tokens.split(|tok| tok.token == Token::SemiColon);
    statements.flat_map(|tokens| Reader { tokens }.read()).collect()
}

struct Reader<'t> {
    tokens: &'t [Tok],
}

const SYSTEM: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

impl Reader<'_> {
    fn read(&self) -> Vec<AppUse> {
        let mut found = Vec::new();
        let mut add = |what: AppDoes, table: Option<Ident>, at: usize| {
            found.extend(self.tokens.get(at).map(|tok| AppUse { what, table, span: tok.span }));
        };
        for at in 0..self.tokens.len() {
            let next = at + 1;
            match () {
                () if self.begins(at, "COPY") && !self.is(next, &Token::LParen) => {
                    if let Some(table) = self.unqualified(next) {
                        add(AppDoes::Copy, table, at);
                    }
                }
                () if self.begins(at, "TRUNCATE") => {
                    let only = self.skip(self.skip(next, "TABLE"), "ONLY");
                    if let Some(table) = self.unqualified(only) {
                        add(AppDoes::Truncate, table, at);
                    }
                }
                () if self.word(at, "MERGE") && self.word(next, "INTO") => {
                    if let Some(table) = self.unqualified(self.skip(next + 1, "ONLY")) {
                        add(AppDoes::Merge, table, at);
                    }
                }
                () if self.word(at, "INSERT") && self.word(next, "INTO") => {
                    if self.without_columns(next + 1) {
                        add(AppDoes::Positional, self.name(next + 1), at);
                    }
                }
                () if self.word(at, "CONFLICT")
                    && self.word(next, "ON")
                    && self.word(next + 1, "CONSTRAINT") =>
                {
                    let name = self.name(next + 2).unwrap_or_default();
                    add(AppDoes::OnConstraint(name), None, at);
                }
                () if self.word(at, "TABLESAMPLE") => add(AppDoes::Sample, None, at),
                () if self.is(at, &Token::Mul) && self.is_star(at) => add(AppDoes::Star, None, at),
                () if self.word(at, "GROUP") && self.word(next, "BY") && self.groups_by_one(at) => {
                    add(AppDoes::GroupByOne, None, at);
                }
                () => {}
            }
            if let Some(name) = self.name(at) {
                let called = self.is(next, &Token::LParen);
                let system = SYSTEM.contains(&name.as_str()) && !called;
                let what = if system { AppDoes::SystemColumn(name) } else { AppDoes::Names(name) };
                add(what, None, at);
            }
        }
        found
    }

    fn is(&self, at: usize, token: &Token) -> bool {
        self.tokens.get(at).is_some_and(|tok| tok.token == *token)
    }

    fn word(&self, at: usize, word: &str) -> bool {
        match self.tokens.get(at).map(|tok| &tok.token) {
            Some(Token::Word(found)) => found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word),
            _ => false,
        }
    }

    /// Only at the beginning of a statement is the word one.
    fn begins(&self, at: usize, word: &str) -> bool {
        at == 0 && self.word(at, word)
    }

    fn skip(&self, at: usize, word: &str) -> usize {
        if self.word(at, word) { at + 1 } else { at }
    }

    fn name(&self, at: usize) -> Option<Ident> {
        match self.tokens.get(at).map(|tok| &tok.token) {
            Some(Token::Word(word)) => Some(Ident::written(&word.value, word.quote_style.is_some())),
            _ => None,
        }
    }

    /// The table at this place, or one that a program puts there; nothing for one that is named with its schema.
    fn unqualified(&self, at: usize) -> Option<Option<Ident>> {
        (!self.is(at + 1, &Token::Period)).then(|| self.name(at))
    }

    /// `INSERT INTO t [AS a] VALUES`, or a query, without a list of columns.
    fn without_columns(&self, table: usize) -> bool {
        let mut at = table + 1;
        while self.is(at, &Token::Period) {
            at += 2;
        }
        if self.word(at, "AS") {
            at += 2;
        }
        let query = |at: usize| ["SELECT", "WITH", "TABLE"].iter().any(|word| self.word(at, word));
        self.word(at, "VALUES") || query(at) || self.is(at, &Token::LParen) && query(at + 1)
    }

    /// All columns, and neither a product nor `count(*)`.
    fn is_star(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let heads = ["SELECT", "RETURNING", "DISTINCT", "ALL"];
        let after = |word: &str| self.word(at + 1, word);
        let ends = at + 1 == self.tokens.len()
            || self.is(at + 1, &Token::Comma)
            || self.is(at + 1, &Token::RParen)
            || ["FROM", "INTO", "UNION"].iter().any(|word| after(word));
        heads.iter().any(|word| self.word(before, word))
            || ends && (self.is(before, &Token::Comma) || self.is(before, &Token::Period))
    }

    /// `GROUP BY u.id`, where the list has other columns outside of calls.
    fn groups_by_one(&self, at: usize) -> bool {
        let mut end = at + 3;
        while self.is(end, &Token::Period) {
            end += 2;
        }
        let Some(key) = end.checked_sub(1).and_then(|last| self.name(last)) else { return false };
        if self.is(end, &Token::Comma) || self.is(end, &Token::LParen) {
            return false;
        }
        let head = (0..at).rev().find(|at| self.word(*at, "SELECT"));
        let Some(head) = head else { return false };
        let mut depth = 0;
        for place in head + 1..at {
            match self.tokens.get(place).map(|tok| &tok.token) {
                Some(Token::LParen) => depth += 1,
                Some(Token::RParen) => depth -= 1,
                Some(Token::Mul) if depth == 0 && self.is_star(place) => return true,
                Some(Token::Word(_)) if depth == 0 => {
                    if self.word(place, "FROM") {
                        return false;
                    }
                    let ends = self.is(place + 1, &Token::Comma) || self.word(place + 1, "FROM");
                    let alias = self.word(place.saturating_sub(1), "AS")
                        || self.is(place.saturating_sub(1), &Token::RParen);
                    if ends && !alias && self.name(place).is_some_and(|name| name != key) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(sql: &str) -> Vec<AppDoes> {
        let found = application(sql).into_iter().map(|found| found.what);
        found.filter(|what| !matches!(what, AppDoes::Names(_))).collect()
    }

    #[test]
    fn what_a_view_can_not_do_is_seen() {
        assert_eq!(does("COPY users FROM STDIN"), [AppDoes::Copy]);
        assert_eq!(does("copy users (a, b) from stdin"), [AppDoes::Copy]);
        assert_eq!(does("COPY public.users FROM STDIN; COPY (SELECT 1) TO STDOUT"), []);
        assert_eq!(does("TRUNCATE TABLE users, orders"), [AppDoes::Truncate]);
        assert_eq!(does("MERGE INTO users u USING n ON true"), [AppDoes::Merge]);
        assert_eq!(
            does("INSERT INTO t (a) VALUES ($1) ON CONFLICT ON CONSTRAINT \"T_key\" DO NOTHING"),
            [AppDoes::OnConstraint("T_key".into())]
        );
        assert_eq!(does("SELECT id FROM t WHERE xmin = %s"), [AppDoes::SystemColumn("xmin".into())]);
        assert_eq!(does("SELECT a FROM t TABLESAMPLE SYSTEM (1)"), [AppDoes::Sample]);
    }

    #[test]
    fn columns_that_are_not_named_are_seen() {
        for sql in
            ["INSERT INTO t VALUES (1)", "INSERT INTO s.t AS x SELECT 1", "INSERT INTO t (SELECT a FROM b)"]
        {
            assert_eq!(does(sql), [AppDoes::Positional], "{sql}");
        }
        assert_eq!(does("INSERT INTO t (a, b) VALUES (?, :b)"), []);
        for sql in
            ["SELECT * FROM t", "SELECT t.* FROM t", "SELECT a, * FROM t", "UPDATE t SET a = 1 RETURNING *"]
        {
            assert_eq!(does(sql), [AppDoes::Star], "{sql}");
        }
        for sql in ["SELECT count(*) FROM t", "SELECT a * b FROM t", "SELECT a.x * c FROM t"] {
            assert_eq!(does(sql), [], "{sql}");
        }
    }

    #[test]
    fn a_list_that_needs_the_key_is_seen() {
        for sql in [
            "SELECT u.id, u.name, count(o.id) FROM users u JOIN o ON true GROUP BY u.id",
            "SELECT u.*, count(*) FROM users u GROUP BY id ORDER BY 1",
        ] {
            assert!(does(sql).contains(&AppDoes::GroupByOne), "{sql}");
        }
        for sql in [
            "SELECT id, count(*) FROM t GROUP BY id",
            "SELECT lower(name) AS n, count(*) FROM t GROUP BY n",
            "SELECT a, b, count(*) FROM t GROUP BY a, b",
        ] {
            assert!(!does(sql).contains(&AppDoes::GroupByOne), "{sql}");
        }
    }
}
