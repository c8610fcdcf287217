//! Rows that are written, and queries.

use sqlparser::tokenizer::Token;

use super::super::cursor::Cursor;
use super::super::lex::Tok;
use crate::ident::Ident;
use crate::migration::expression::tables_read;
use crate::migration::operation::{Name, TableRef};
use crate::migration::statement::{NullTest, Reach, Statement, Target, Write, WriteKind};

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    let whole = cursor;
    if cursor.eat("EXPLAIN") {
        return Some(explained(cursor).unwrap_or(Statement::Other));
    }
    if cursor.eat("PREPARE") {
        // it is there to be executed
        cursor.until(|at| at.at("AS"));
        cursor.eat("AS");
        return read(cursor);
    }
    let query = ["SELECT", "WITH", "VALUES", "TABLE", "CALL", "PERFORM"].iter().any(|word| cursor.at(word));
    if query || cursor.at_token(&Token::LParen) {
        return select_into(cursor).or_else(|| {
            let writes = common_tables(whole);
            Some(if writes.is_empty() { Statement::Query(called(&whole)) } else { Statement::Write(writes) })
        });
    }
    if cursor.at("CREATE") {
        return create_as(cursor);
    }
    let mut writes = vec![write(cursor)?];
    writes.extend(common_tables(whole));
    Some(Statement::Write(writes))
}

/// `EXPLAIN ANALYZE` carries the statement out.
fn explained(mut cursor: Cursor) -> Option<Statement> {
    let mut analyzes = false;
    if let Ok(options) = cursor.group("options") {
        let off = ["FALSE", "OFF", "0"];
        let on = |option: &Cursor| {
            let mut option = *option;
            option.eat("ANALYZE")
                && !off.iter().any(|word| {
                    option.first().is_some_and(|tok| option.source.slice(tok.span).eq_ignore_ascii_case(word))
                })
        };
        analyzes = options.commas().iter().any(on);
    } else {
        analyzes |= cursor.eat("ANALYZE");
        cursor.eat("VERBOSE");
    }
    if analyzes { read(cursor) } else { None }
}

/// One writing statement.
fn write(mut cursor: Cursor) -> Option<Write> {
    if cursor.eat("INSERT INTO") {
        let whole = cursor;
        let table = cursor.table().ok()?;
        let kind = if takes_many(cursor) { WriteKind::InsertQuery } else { WriteKind::InsertValues };
        if cursor.eat("AS") {
            cursor.name().ok()?;
        }
        let columns = cursor.names().unwrap_or_default();
        let reads = if kind == WriteKind::InsertQuery { taken_from(&whole) } else { Vec::new() };
        return Some(Write { columns, reads, ..plain(kind, table) });
    }
    if cursor.eat("UPDATE") {
        let (table, alias) = target(&mut cursor)?;
        cursor.eat("SET");
        let mut rest = cursor;
        let columns = columns_set(&rest.until(|at| at.at("FROM") || at.at("WHERE") || at.at("RETURNING")));
        let (reach, null_test) = reach(rest, "FROM", &alias);
        return Some(Write { columns, null_test, ..plain(WriteKind::Update(reach), table) });
    }
    if cursor.eat("DELETE FROM") {
        let (table, alias) = target(&mut cursor)?;
        let (reach, null_test) = reach(cursor, "USING", &alias);
        return Some(Write { null_test, ..plain(WriteKind::Delete(reach), table) });
    }
    if cursor.eat("MERGE INTO") {
        cursor.eat("ONLY");
        return Some(plain(WriteKind::Merge, cursor.table().ok()?));
    }
    if cursor.eat("COPY") {
        let table = cursor.table().ok()?;
        cursor.until(|at| at.at("FROM") || at.at("TO"));
        return cursor.at("FROM").then_some(plain(WriteKind::Copy, table));
    }
    None
}

/// Whether the rows of an INSERT come from tables, as opposed to a list: `VALUES`, `SELECT` without `FROM`.
fn takes_many(mut cursor: Cursor) -> bool {
    // the columns, then perhaps a query in parentheses
    while let Ok(inside) = cursor.group("columns") {
        if ["SELECT", "TABLE", "WITH", "VALUES"].iter().any(|word| inside.at(word)) {
            return takes_many(inside);
        }
    }
    cursor.until(|at| at.at("VALUES") || at.at("FROM") || at.at("TABLE"));
    if !cursor.eat("FROM") {
        return cursor.at("TABLE");
    }
    // `FROM (VALUES …) AS list`
    let listed = cursor.group("a list").is_ok_and(|group| group.at("VALUES"));
    !listed || cursor.tokens.iter().any(|tok| tok.is("JOIN") || tok.token == Token::Comma)
}

/// The tables that the query of an INSERT names.
fn taken_from(insert: &Cursor) -> Vec<TableRef> {
    let text = insert.text().map(|text| text.value).unwrap_or_default();
    tables_read(&format!("INSERT INTO {text}")).unwrap_or_default()
}

const fn plain(kind: WriteKind, table: Target) -> Write {
    Write { kind, table, columns: Vec::new(), reads: Vec::new(), null_test: None }
}

/// `ONLY table * AS alias`: the table, and the name that the statement knows it by.
fn target(cursor: &mut Cursor) -> Option<(Target, Ident)> {
    cursor.eat("ONLY");
    let table = cursor.table().ok()?;
    cursor.eat_token(&Token::Mul);
    let named =
        cursor.eat("AS") || !["SET", "USING", "WHERE", "RETURNING"].iter().any(|word| cursor.at(word));
    let alias = named.then(|| cursor.name().ok()).flatten();
    let known_as = alias.map_or_else(|| table.name.clone(), |alias| alias.value);
    Some((table, known_as))
}

/// The left sides of `a = 1, (b, c) = (2, 3)`. Elements of arrays and fields of composites are parts of columns, and
/// may well stand there twice.
fn columns_set(set: &Cursor) -> Vec<Name> {
    let mut columns = Vec::new();
    for mut part in set.commas() {
        if part.at_token(&Token::LParen) {
            columns.extend(part.names().unwrap_or_default());
        } else if let Ok(name) = part.name()
            && part.at_token(&Token::Eq)
        {
            columns.push(name);
        }
    }
    columns
}

/// Writing statements inside `WITH … AS (…)`, and the one after them.
fn common_tables(cursor: Cursor) -> Vec<Write> {
    let mut found = Vec::new();
    for (i, tok) in cursor.tokens.iter().enumerate() {
        let opens = i > 0 && matches!(cursor.tokens[i - 1].token, Token::LParen);
        let after_list = i > 1 && matches!(cursor.tokens[i - 1].token, Token::RParen) && cursor.at("WITH");
        let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|verb| tok.is(verb));
        if !writes || !(opens || after_list) {
            continue;
        }
        let mut rest = cursor;
        rest.skip(i);
        let mut part = rest.until(|at| at.at_token(&Token::RParen));
        // `ON CONFLICT … DO UPDATE SET` and `FOR UPDATE` never stand right behind a parenthesis that opens
        if !part.at("UPDATE SET") {
            found.extend(write(part));
        }
        part.skip(1);
    }
    found
}

/// What the condition of an UPDATE or DELETE leaves. `joining` is the word before other tables, `alias` the name of
/// the table itself.
fn reach(mut cursor: Cursor, joining: &str, alias: &Ident) -> (Reach, Option<NullTest>) {
    let joins = cursor.at(joining);
    cursor.until(|at| at.at("WHERE") || at.at("RETURNING"));
    if !cursor.eat("WHERE") {
        // with other tables: every row, as soon as those have one
        return (Reach::All, None);
    }
    let mut condition = cursor.until(|at| at.at("RETURNING"));
    if is_always_true(&condition) || joins && !concerns(&condition, alias) {
        return (Reach::All, None);
    }
    if condition.at("CURRENT OF") {
        return (Reach::Keys, None);
    }
    if let Some(test) = null_test(condition).filter(|_| !joins) {
        return (Reach::Some, Some(test));
    }
    let complex =
        condition.tokens.iter().any(|tok| ["OR", "SELECT", "NOT", "IS"].iter().any(|word| tok.is(word)));
    let named = condition.table().is_ok();
    let equals = condition.at_token(&Token::Eq) || condition.at("IN");
    let constant = condition.tokens.get(1).is_some_and(is_constant) || condition.at("IN");
    let reach = if named && equals && constant && !complex { Reach::Keys } else { Reach::Some };
    (reach, None)
}

/// Whether a condition may speak of the table: it names it, or a column that could be anybody's.
fn concerns(condition: &Cursor, alias: &Ident) -> bool {
    const SIGNS: &[&str] = &[
        "AND", "OR", "NOT", "IS", "NULL", "TRUE", "FALSE", "IN", "LIKE", "ILIKE", "BETWEEN", "DISTINCT",
        "FROM",
    ];
    let tokens = condition.tokens;
    let at = |i: usize| tokens.get(i).map(|tok| &tok.token);
    tokens.iter().enumerate().any(|(i, tok)| {
        if !matches!(tok.token, Token::Word(_)) {
            return false;
        }
        match at(i + 1) {
            Some(Token::Period) => Ident::parse(condition.source.slice(tok.span)) == *alias,
            Some(Token::LParen) => false,
            _ => {
                let qualified = i > 0 && at(i - 1) == Some(&Token::Period);
                !qualified && !SIGNS.iter().any(|word| tok.is(word))
            }
        }
    })
}

/// `column IS NULL`, `table.column IS NOT NULL`, and nothing else.
fn null_test(mut condition: Cursor) -> Option<NullTest> {
    let column = condition.table().ok()?;
    let is_null = condition.eat("IS NULL");
    let whole = (is_null || condition.eat("IS NOT NULL")) && condition.is_empty();
    whole.then(|| NullTest { column: Name::new(column.value.name, column.span), is_null })
}

fn is_constant(tok: &Tok) -> bool {
    matches!(tok.token, Token::Number(..) | Token::SingleQuotedString(_) | Token::EscapedStringLiteral(_))
}

fn is_always_true(condition: &Cursor) -> bool {
    truth(*condition) == Some(true)
}

/// What a condition is for every row, where it asks nothing of the row.
fn truth(condition: Cursor) -> Option<bool> {
    let parts = |word: &str| {
        let (mut rest, mut parts) = (condition, Vec::new());
        while !rest.is_empty() {
            parts.push(rest.until(|at| at.at(word)));
            rest.skip(1);
        }
        parts
    };
    let either = parts("OR");
    if either.len() > 1 {
        let truths = either.into_iter().map(truth).collect::<Vec<_>>();
        return if truths.contains(&Some(true)) {
            Some(true)
        } else {
            truths.iter().all(|truth| *truth == Some(false)).then_some(false)
        };
    }
    let both = parts("AND");
    if both.len() > 1 {
        // the AND of `BETWEEN` leaves halves that say nothing by themselves
        let truths = both.into_iter().map(truth).collect::<Vec<_>>();
        return if truths.contains(&Some(false)) {
            Some(false)
        } else {
            truths.iter().all(|truth| *truth == Some(true)).then_some(true)
        };
    }
    let mut rest = condition;
    if rest.eat("NOT") {
        return truth(rest).map(|truth| !truth);
    }
    if let Ok(inside) = rest.group("a condition")
        && rest.is_empty()
    {
        return truth(inside);
    }
    match condition.tokens {
        [only] if only.is("TRUE") => Some(true),
        [only] if only.is("FALSE") => Some(false),
        [only] => matches!(&only.token, Token::Number(one, _) if one == "1").then_some(true),
        [left, middle, right] => compared(left, middle, right),
        _ => None,
    }
}

/// Two constants of one kind.
fn compared(left: &Tok, middle: &Tok, right: &Tok) -> Option<bool> {
    let word = |tok: &Tok| tok.is("TRUE") || tok.is("FALSE");
    let alike = match (&left.token, &right.token) {
        (Token::Number(..), Token::Number(..))
        | (Token::SingleQuotedString(_), Token::SingleQuotedString(_)) => left.token == right.token,
        _ if word(left) && word(right) => left.is("TRUE") == right.is("TRUE"),
        _ => return None,
    };
    match middle.token {
        Token::Eq => Some(alike),
        Token::Neq => Some(!alike),
        _ => None,
    }
}

/// `SELECT … INTO [TEMP] [TABLE] name`
fn select_into(mut cursor: Cursor) -> Option<Statement> {
    if cursor.at("WITH") {
        let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"];
        cursor.until(|at| verbs.iter().any(|verb| at.at(verb)));
    }
    if !cursor.at("SELECT") {
        return None;
    }
    cursor.until(|at| at.at("INTO") || at.at("FROM"));
    if !cursor.eat("INTO") {
        return None;
    }
    let temporary = cursor.eat("TEMP") || cursor.eat("TEMPORARY");
    let _ = cursor.eat("UNLOGGED") || cursor.eat("TABLE");
    Some(Statement::CreateTableAs { table: cursor.table().ok()?, temporary, if_not_exists: false })
}

/// `CREATE TABLE … AS EXECUTE …`, `CREATE FOREIGN TABLE`: what the vocabulary doesn't have.
fn create_as(mut cursor: Cursor) -> Option<Statement> {
    cursor.eat("CREATE");
    if !cursor.eat("FOREIGN TABLE") {
        return None;
    }
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    Some(Statement::CreateTableAs { table: cursor.table().ok()?, temporary: false, if_not_exists })
}

/// Every function that a query calls, by the last part of its name.
fn called(cursor: &Cursor) -> Vec<Name> {
    let pairs = cursor.tokens.windows(2).enumerate();
    let calls = pairs.filter(|(_, pair)| {
        matches!(pair[0].token, Token::Word(_)) && !pair[0].is("VALUES") && pair[1].token == Token::LParen
    });
    calls
        .filter_map(|(i, _)| {
            let mut at = *cursor;
            at.skip(i);
            at.name().ok()
        })
        .collect()
}
