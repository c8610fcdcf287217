//! `UPDATE` and `DELETE` from their tokens.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::lex;
use crate::migration::operation::{Expr, Name};
use crate::migration::rows::{RowChange, RowKind};
use crate::migration::source::{Source, Span};

/// A statement that changes rows, if it is one of these forms. `WITH`, `MERGE` and `WHERE CURRENT OF` are none.
pub fn row_change(source: &Source, statement: Span) -> Option<RowChange> {
    let mut lexed = lex(source.slice(statement));
    if lexed.broken.is_some() {
        return None;
    }
    for tok in &mut lexed.tokens {
        tok.span = Span::new(statement.start + tok.span.start, statement.start + tok.span.end);
    }
    let cursor = Cursor { end: statement.end, ..Cursor::new(source, &lexed.tokens) };
    read(cursor)
}

fn read(mut cursor: Cursor) -> Option<RowChange> {
    let whole = cursor;
    if cursor.eat("INSERT INTO") {
        return insert(whole, cursor);
    }
    let update = cursor.eat("UPDATE");
    if !update && !cursor.eat("DELETE FROM") {
        return None;
    }
    cursor.eat("ONLY");
    let table = cursor.table().ok()?;
    cursor.eat_token(&Token::Mul);
    let named = cursor.eat("AS") || !ends_target(&cursor);
    let alias = if named { Some(cursor.name().ok()?.value) } else { None };
    let kind = if update {
        cursor.eat("SET").then_some(())?;
        let set = cursor.until(|at| at.at("FROM") || at.at("WHERE") || at.at("RETURNING"));
        RowKind::Update(assignments(&set)?)
    } else {
        RowKind::Delete
    };
    let joins = cursor.eat(if update { "FROM" } else { "USING" });
    let joined = cursor.until(|at| at.at("WHERE") || at.at("RETURNING"));
    let joined = if joins { Some(joined.text()?.value) } else { None };
    let head = head(&whole, &cursor)?;
    let condition = if cursor.eat("WHERE") {
        let condition = cursor.until(|at| at.at("RETURNING"));
        if condition.at("CURRENT OF") {
            return None;
        }
        Some(condition.expression().ok()?)
    } else {
        None
    };
    let returns = cursor.eat("RETURNING");
    if !returns && !cursor.is_empty() {
        return None;
    }
    let known_as = alias.unwrap_or_else(|| table.name.clone());
    Some(RowChange { kind, table, known_as, head, condition, joined, tail: String::new(), returns })
}

/// What an INSERT says of the columns that it gives values to.
pub enum Columns {
    /// It names them, or gives none.
    Named,
    /// It gives values to the first columns of the table, which could be named here.
    First {
        /// The statement up to where the names would stand.
        head: String,
        /// How many; none where that can't be read off.
        count: Option<usize>,
    },
}

/// The columns of an INSERT.
pub fn insert_columns(sql: &str) -> Columns {
    let source = Source::new("", sql);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    let whole = cursor;
    if !cursor.eat("INSERT INTO") || cursor.table().is_err() {
        return Columns::Named;
    }
    if cursor.eat("AS") && cursor.name().is_err() || cursor.at("DEFAULT VALUES") {
        return Columns::Named;
    }
    let query = ["SELECT", "VALUES", "WITH", "TABLE"];
    let mut first = cursor;
    if let Ok(group) = first.group("columns")
        && !query.iter().any(|word| group.at(word))
    {
        return Columns::Named;
    }
    let Some(head) = head(&whole, &cursor) else { return Columns::Named };
    if cursor.eat("OVERRIDING") {
        cursor.skip(2);
    }
    let list = if cursor.eat("VALUES") {
        cursor.group("values").ok()
    } else if cursor.eat("SELECT") && !cursor.at("DISTINCT") && !cursor.at("ALL") {
        let ends = ["FROM", "WHERE", "UNION", "LIMIT", "ON CONFLICT", "RETURNING"];
        Some(cursor.until(|at| ends.iter().any(|word| at.at(word))))
    } else {
        None
    };
    let star = |part: &Cursor| part.text().is_some_and(|text| text.value.ends_with('*'));
    let count = list.map(|list| list.commas()).filter(|parts| !parts.iter().any(star));
    Columns::First { head, count: count.map(|parts| parts.len()) }
}

/// `INSERT INTO t (…) SELECT … FROM one AS o WHERE … ON CONFLICT …`, where each row of `one` gives a row.
fn insert(whole: Cursor, mut cursor: Cursor) -> Option<RowChange> {
    let table = cursor.table().ok()?;
    if cursor.at_token(&Token::LParen) {
        cursor.names().ok()?;
    }
    cursor.eat("SELECT").then_some(())?;
    if cursor.at("DISTINCT") || cursor.at("ALL") {
        return None;
    }
    let list = cursor.until(|at| at.at("FROM"));
    let values: Vec<Expr> = list.commas().iter().map(selected).collect::<Option<_>>()?;
    cursor.eat("FROM").then_some(())?;
    cursor.eat("ONLY");
    let from = cursor.table().ok()?;
    let ends =
        |at: &Cursor| at.is_empty() || ["WHERE", "ON CONFLICT", "RETURNING"].iter().any(|word| at.at(word));
    let alias = if cursor.eat("AS") || !ends(&cursor) { Some(cursor.name().ok()?.value) } else { None };
    if !ends(&cursor) {
        return None;
    }
    let head = head(&whole, &cursor)?;
    let stops = |at: &Cursor| {
        [
            "ON CONFLICT",
            "RETURNING",
            "GROUP BY",
            "HAVING",
            "WINDOW",
            "ORDER BY",
            "LIMIT",
            "OFFSET",
            "FETCH",
            "FOR",
            "UNION",
            "EXCEPT",
            "INTERSECT",
        ]
        .iter()
        .any(|word| at.at(word))
    };
    let condition = if cursor.eat("WHERE") { Some(cursor.until(stops).expression().ok()?) } else { None };
    let tail = cursor.until(|at| at.at("RETURNING"));
    if !tail.is_empty() && !tail.at("ON CONFLICT") {
        return None;
    }
    let returns = !cursor.is_empty();
    let known_as = alias.unwrap_or_else(|| from.name.clone());
    let tail = tail.text().map(|tail| tail.value).unwrap_or_default();
    let kind = RowKind::Insert { from, values };
    Some(RowChange { kind, table, known_as, head, condition, joined: None, tail, returns })
}

/// `expression AS name`; not `*`.
fn selected(part: &Cursor) -> Option<Expr> {
    let mut part = *part;
    part.until(|at| at.at("AS") && at.tokens.len() == 2).expression().ok()
}

/// The text up to where a cursor stands, without a comment before that.
fn head(whole: &Cursor, rest: &Cursor) -> Option<String> {
    let read = whole.tokens.get(..whole.tokens.len() - rest.tokens.len())?;
    let span = read.first()?.span.to(read.last()?.span);
    Some(whole.source.slice(span).to_owned())
}

fn ends_target(cursor: &Cursor) -> bool {
    cursor.is_empty() || ["SET", "USING", "WHERE", "RETURNING"].iter().any(|word| cursor.at(word))
}

/// `a = 1, (b, c) = (2, 3)`. A part of a column (`a.field = …`, `a[1] = …`) is nothing that can be told here.
fn assignments(set: &Cursor) -> Option<Vec<(Name, Option<Expr>)>> {
    let mut found = Vec::new();
    for mut part in set.commas() {
        if part.at_token(&Token::LParen) {
            let names = part.names().ok()?;
            part.eat_token(&Token::Eq).then_some(())?;
            part.eat("ROW");
            let values: Vec<Option<Expr>> = match part.group("values") {
                Ok(inside) if part.is_empty() && inside.commas().len() == names.len() => {
                    inside.commas().iter().map(value).collect()
                }
                Ok(_) | Err(_) => vec![None; names.len()],
            };
            found.extend(names.into_iter().zip(values));
        } else {
            let name = part.name().ok()?;
            part.eat_token(&Token::Eq).then_some(())?;
            found.push((name, value(&part)));
        }
    }
    Some(found)
}

fn value(part: &Cursor) -> Option<Expr> {
    if part.at("DEFAULT") {
        return None;
    }
    part.expression().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sql: &str) -> RowChange {
        row_change(&Source::new("", sql), Span::new(0, sql.len())).unwrap()
    }

    #[test]
    fn an_update_is_read_in_its_parts() {
        let found = change(
            "UPDATE ONLY shop.\"Order\" AS o SET a = o.b + 1, (c, \"D\") = (2, lower(x)) WHERE a IS NULL RETURNING id",
        );
        assert_eq!(found.table.value.to_string(), "shop.\"Order\"");
        assert_eq!(found.known_as.as_str(), "o");
        assert!(found.head.ends_with("(2, lower(x))"), "{}", found.head);
        assert_eq!(found.condition.as_ref().unwrap().text(), "a IS NULL");
        assert!(found.returns && found.joined.is_none());
        let RowKind::Update(set) = &found.kind else { panic!() };
        let set: Vec<String> =
            set.iter().map(|(name, value)| format!("{name}={}", value.as_ref().unwrap())).collect();
        assert_eq!(set, ["a=o.b + 1", "c=2", "\"D\"=lower(x)"]);
    }

    #[test]
    fn joins_and_aliases_are_seen() {
        let found = change("DELETE FROM t a USING t b WHERE a.id > b.id AND a.x = b.x");
        assert_eq!((found.known_as.as_str(), found.joined.as_deref()), ("a", Some("t b")));
        assert_eq!(found.head, "DELETE FROM t a USING t b");
        let commented = change("UPDATE t SET a = 1 -- all of\n -- them\nWHERE b");
        assert_eq!(commented.head, "UPDATE t SET a = 1");
        let all = change("UPDATE t SET a = CASE WHEN b THEN 1 END");
        assert_eq!((all.head.as_str(), all.condition), ("UPDATE t SET a = CASE WHEN b THEN 1 END", None));
    }

    #[test]
    fn rows_of_one_table_are_inserted_one_by_one() {
        let found = change(
            "INSERT INTO s.t (a, b) SELECT o.id AS a, lower(x) FROM o WHERE o.id > 1 OR x ON CONFLICT DO NOTHING",
        );
        assert_eq!(found.head, "INSERT INTO s.t (a, b) SELECT o.id AS a, lower(x) FROM o");
        assert_eq!(
            (found.condition.unwrap().text(), found.tail.as_str()),
            ("o.id > 1 OR x", "ON CONFLICT DO NOTHING")
        );
        let RowKind::Insert { from, values } = found.kind else { panic!() };
        assert_eq!((from.value.to_string().as_str(), values.len(), values[0].text()), ("o", 2, "o.id"));
    }

    #[test]
    fn what_fills_is_known_by_its_condition() {
        let fills = |sql: &str| change(sql).fills().map(|(column, _)| column.to_string());
        for sql in [
            "UPDATE t SET a = 1 WHERE a IS NULL",
            "UPDATE t x SET a = 1 WHERE (x.a IS NULL)",
            "UPDATE t SET a = b WHERE c > 1 AND t.a IS NULL",
        ] {
            assert_eq!(fills(sql).as_deref(), Some("a"), "{sql}");
        }
        for sql in [
            "UPDATE t SET a = 1",
            "UPDATE t SET a = 1 WHERE b IS NULL",
            "UPDATE t SET a = 1 WHERE a IS NULL OR b",
            "UPDATE t SET a = 1 WHERE NOT a IS NULL",
            "UPDATE t SET a = o.a FROM o WHERE t.a IS NULL",
        ] {
            assert_eq!(fills(sql), None, "{sql}");
        }
    }

    #[test]
    fn other_forms_are_none() {
        for sql in [
            "INSERT INTO t SELECT DISTINCT a FROM o",
            "INSERT INTO t SELECT a FROM o GROUP BY a",
            "INSERT INTO t SELECT a FROM o, p",
            "INSERT INTO t VALUES (1)",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "UPDATE t SET a.b = 1",
            "DELETE FROM t WHERE CURRENT OF c",
            "SELECT 1",
        ] {
            assert_eq!(row_change(&Source::new("", sql), Span::new(0, sql.len())), None, "{sql}");
        }
    }
}
