//! `DO` blocks, and the statements inside them.

use sqlparser::tokenizer::Token;

use super::super::comment::text;
use super::super::cursor::Cursor;
use super::super::lex::{Tok, lex};
use crate::migration::source::{Located, Source, Span};
use crate::migration::statement::{Body, Statement};

pub fn read(mut cursor: Cursor) -> Option<Statement> {
    if !cursor.eat("DO") {
        return None;
    }
    let mut language = "plpgsql".to_owned();
    let mut body = None;
    while !cursor.is_empty() {
        if cursor.eat("LANGUAGE") {
            language = text(&mut cursor.clone()).ok().flatten().unwrap_or_else(|| cursor.first_text().value);
            cursor.skip(1);
        } else {
            let tok = cursor.first()?;
            body = Some(quoted(&cursor, tok)?);
            cursor.skip(1);
        }
    }
    let (text, verbatim) = body?;
    Some(Statement::Do(Body { text, verbatim, language: language.to_lowercase() }))
}

/// The inside of a quoted text; of dollar quotes it stands in the file as it is.
fn quoted(cursor: &Cursor, tok: &Tok) -> Option<(Located<String>, bool)> {
    let inside = text(&mut cursor.clone()).ok().flatten()?;
    let Token::DollarQuotedString(_) = &tok.token else {
        return Some((Located::new(inside, tok.span), false));
    };
    let quote = (tok.span.end - tok.span.start - inside.len()) / 2;
    Some((Located::new(inside, Span::new(tok.span.start + quote, tok.span.end - quote)), true))
}

/// A statement that a body executes.
#[derive(Debug, PartialEq)]
pub enum Piece {
    /// SQL, at this place of the body.
    Sql(Span),
    /// `EXECUTE` of a constant.
    Constant(Located<String>),
    /// `EXECUTE` of a string that is made when it runs.
    Dynamic(Span),
}

/// The statements that a PL/pgSQL body may execute. Which branch is taken can't be known: all of them are given.
pub fn pieces(body: &str) -> Vec<Piece> {
    let source = Source::new("", body);
    let lexed = lex(&source.text);
    let mut rest = Cursor::new(&source, &lexed.tokens);
    let mut found = Vec::new();
    let mut declaring = false;
    while !rest.is_empty() {
        // not `until`: PL/pgSQL has a CASE that holds statements
        let length = rest.tokens.iter().take_while(|tok| tok.token != Token::SemiColon).count();
        let mut piece = Cursor::new(&source, &rest.tokens[..length]);
        rest.skip(length + 1);
        declaring = enter(&mut piece, declaring);
        if !declaring && !piece.is_empty() {
            found.extend(executed(piece));
        }
    }
    found
}

/// Whether a trigger function's body has an INSERT that is given every column of the row (`VALUES (OLD.*)`, `SELECT NEW.*`),
/// whatever branch it stands in. Inside a call (`to_jsonb(NEW.*)`) one column more does no harm.
pub fn inserts_whole_row(body: &str) -> bool {
    let inserts = |piece: Piece| match piece {
        Piece::Sql(span) => whole_row_inserted(&body[span.range()]),
        Piece::Constant(sql) => whole_row_inserted(&sql.value),
        Piece::Dynamic(_) => false,
    };
    pieces(body).into_iter().any(inserts)
}

fn whole_row_inserted(sql: &str) -> bool {
    let source = Source::new("", sql);
    let lexed = lex(&source.text);
    let cursor = Cursor::new(&source, &lexed.tokens);
    if !cursor.at("INSERT") {
        return false;
    }
    let tokens = cursor.tokens;
    tokens.windows(3).enumerate().any(|(at, row)| {
        let whole = (row[0].is("OLD") || row[0].is("NEW"))
            && row[1].token == Token::Period
            && row[2].token == Token::Mul;
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        let called = before(1).is_some_and(|tok| tok.token == Token::LParen)
            && !before(2).is_some_and(|tok| tok.is("VALUES"));
        whole && !called
    })
}

/// Steps over what controls the flow, down to the statement. True inside a `DECLARE` section.
fn enter(piece: &mut Cursor, mut declaring: bool) -> bool {
    loop {
        declaring |= piece.eat("DECLARE");
        if declaring && !piece.at("BEGIN") {
            return true;
        }
        declaring = false;
        let label = piece.at_token(&Token::ShiftLeft);
        if label {
            piece.until(|at| at.at_token(&Token::ShiftRight));
            piece.skip(1);
        }
        let block = ["BEGIN", "ELSE", "LOOP", "EXCEPTION"].iter().any(|word| piece.eat(word));
        let ends = [
            ("IF", "THEN"),
            ("ELSIF", "THEN"),
            ("ELSEIF", "THEN"),
            ("WHEN", "THEN"),
            ("CASE", "WHEN"),
            ("FOR", "LOOP"),
            ("FOREACH", "LOOP"),
            ("WHILE", "LOOP"),
        ];
        let head = ends.iter().find(|(start, _)| piece.at(start));
        if let Some((_, end)) = head {
            skip_past(piece, end);
        } else if !block && !label {
            return false;
        }
    }
}

fn skip_past(piece: &mut Cursor, word: &str) {
    let mut depth = 0;
    while let Some(tok) = piece.first() {
        depth = tok.depth_after(depth);
        // `CASE … WHEN`: the branch's own condition is looked at next
        if depth == 0 && tok.is(word) {
            piece.skip(usize::from(word != "WHEN"));
            return;
        }
        piece.skip(1);
    }
}

fn executed(mut piece: Cursor) -> Option<Piece> {
    if piece.eat("EXECUTE") {
        let whole = piece.span();
        let place = piece.here();
        let constant = text(&mut piece).ok().flatten();
        let alone = piece.is_empty() || piece.at("INTO") || piece.at("USING");
        return Some(match constant {
            Some(sql) if alone => Piece::Constant(Located::new(sql, place)),
            _ => Piece::Dynamic(whole),
        });
    }
    const SQL: &[&str] = &[
        "ALTER", "ANALYZE", "CALL", "CLUSTER", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DROP",
        "GRANT", "INSERT", "LOCK", "MERGE", "PERFORM", "REFRESH", "REINDEX", "REVOKE", "ROLLBACK", "SELECT",
        "SET", "TRUNCATE", "UPDATE", "VACUUM", "WITH",
    ];
    SQL.iter().any(|word| piece.at(word)).then(|| Piece::Sql(piece.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<String> {
        let text = |span: Span| body[span.range()].split_whitespace().collect::<Vec<_>>().join(" ");
        let show = |piece| match piece {
            Piece::Sql(span) => text(span),
            Piece::Constant(sql) => format!("'{}'", sql.value),
            Piece::Dynamic(span) => format!("? {}", text(span)),
        };
        pieces(body).into_iter().map(show).collect()
    }

    #[test]
    fn whole_rows_are_found_in_every_branch() {
        for (body, found) in [
            ("BEGIN IF OLD.a <> NEW.a THEN INSERT INTO h VALUES (OLD.*); END IF; RETURN NEW; END", true),
            ("BEGIN INSERT INTO s.h SELECT new . *, now(); RETURN NULL; END", true),
            ("BEGIN EXECUTE 'INSERT INTO h VALUES (1, NEW.*)'; RETURN NEW; END", true),
            ("BEGIN INSERT INTO h VALUES (OLD.id, to_jsonb(OLD.*)); RETURN OLD; END", false),
            ("BEGIN INSERT INTO h (a) VALUES (OLD.a * 2); RETURN OLD; -- VALUES (OLD.*)\nEND", false),
            ("BEGIN PERFORM f(NEW.*); RETURN NEW; END", false),
        ] {
            assert_eq!(inserts_whole_row(body), found, "{body}");
        }
    }

    #[test]
    fn statements_are_found_below_the_flow() {
        assert_eq!(
            found(
                "DECLARE x int := 1; y text; BEGIN IF NOT EXISTS (SELECT 1 FROM t) THEN ALTER TABLE t ADD a int; ELSE DROP TABLE u; END IF; END"
            ),
            ["ALTER TABLE t ADD a int", "DROP TABLE u"]
        );
        assert_eq!(
            found(
                "BEGIN FOR r IN SELECT id FROM t LOOP UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE id = r.id; END LOOP; END;"
            ),
            ["UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE id = r.id"]
        );
        assert_eq!(
            found(
                "<<main>> BEGIN x := 1; RAISE NOTICE 'DROP TABLE t'; EXECUTE 'DROP TABLE a'; EXECUTE format('DROP TABLE %I', r); EXCEPTION WHEN others THEN NULL; END"
            ),
            ["'DROP TABLE a'", "? format('DROP TABLE %I', r)"]
        );
        assert_eq!(
            found("BEGIN CASE x WHEN 1 THEN DELETE FROM t; ELSE NULL; END CASE; END"),
            ["DELETE FROM t"]
        );
    }
}
