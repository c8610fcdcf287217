//! Statements outside the vocabulary, known by their leading words.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use crate::migration::operation::TableRef;
use crate::migration::source::Located;

/// A statement that is known by its head.
pub struct Head {
    /// Its leading words.
    pub words: String,
    /// What it acts on.
    pub target: Option<Located<TableRef>>,
    /// Whether sqlparser rejects valid forms of it, so that its word doesn't count.
    pub beyond_parser: bool,
}

/// Where the statement's target stands.
#[derive(Clone, Copy)]
enum Target {
    /// Nowhere.
    Nothing,
    /// Right after the head.
    Next,
    /// After the first such word.
    After(&'static str),
}

use Target::{After, Next, Nothing};

/// Finds the longest head that fits. Words that may stand in the middle (`OR REPLACE`, `TEMP`) are skipped.
pub fn find(cursor: &Cursor) -> Option<Head> {
    if cursor.at("SET") || cursor.at("RESET") {
        return Some(setting(*cursor));
    }
    let rows = BEYOND.iter().map(|row| (row, true)).chain(PARSED.iter().map(|row| (row, false)));
    let fitting = rows.filter_map(|((words, target), beyond_parser)| {
        after(*cursor, words).map(|rest| (*words, *target, beyond_parser, rest))
    });
    let (words, target, beyond_parser, rest) = fitting.max_by_key(|(words, ..)| words.len())?;
    Some(Head { words: words.to_owned(), target: target_in(rest, target), beyond_parser })
}

/// The words of an `ALTER TABLE` action outside the vocabulary.
pub fn action(cursor: &Cursor) -> Option<String> {
    let mut rest = *cursor;
    if rest.eat("ADD CONSTRAINT") {
        rest.skip(1);
        return ADDED.iter().find(|words| rest.at(words)).map(|words| format!("ADD {words}"));
    }
    if rest.eat("ADD") {
        return ADDED.iter().find(|words| rest.at(words)).map(|words| format!("ADD {words}"));
    }
    if rest.at("ALTER") && !rest.at("ALTER CONSTRAINT") {
        rest.skip(1);
        rest.eat("COLUMN");
        rest.name().ok()?;
        return COLUMN_ACTIONS
            .iter()
            .find(|words| starts(&rest, words))
            .map(|words| format!("ALTER COLUMN {words}"));
    }
    ACTIONS.iter().find(|words| starts(&rest, words)).map(|words| (*words).to_owned())
}

/// The first words of a statement that no table knows.
pub fn guess(cursor: &Cursor) -> String {
    if cursor.at_token(&Token::Backslash) {
        return cursor.source.slice(cursor.span()).split_whitespace().next().unwrap_or_default().to_owned();
    }
    let word = |tok: &super::lex::Tok| match &tok.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_uppercase()),
        _ => None,
    };
    let known = |word: &String| sqlparser::keywords::ALL_KEYWORDS.binary_search(&word.as_str()).is_ok();
    let words = cursor.tokens.iter().skip_while(|tok| tok.token == Token::LParen);
    let mut words = words.map_while(word).fuse();
    let first = words.next();
    first.into_iter().chain(words.take_while(known).take(1)).collect::<Vec<_>>().join(" ")
}

fn starts(cursor: &Cursor, words: &str) -> bool {
    match words.strip_suffix(" (") {
        Some(word) => {
            let mut rest = *cursor;
            rest.eat(word) && rest.at_token(&Token::LParen)
        }
        None => cursor.at(words),
    }
}

/// What follows the head, when it fits.
fn after<'a>(mut cursor: Cursor<'a>, words: &str) -> Option<Cursor<'a>> {
    for (i, word) in words.split(' ').enumerate() {
        if i > 0 {
            while !cursor.at(word) && FILLERS.iter().any(|filler| cursor.eat(filler)) {}
            if cursor.at_token(&Token::LParen) {
                cursor.group("options").ok()?;
            }
        }
        if !cursor.eat(word) {
            return None;
        }
    }
    Some(cursor)
}

fn target_in(mut cursor: Cursor, target: Target) -> Option<Located<TableRef>> {
    match target {
        Nothing => return None,
        Next => {}
        After(word) => {
            cursor.until(|at| at.at(word));
            cursor.eat(word);
            if NOT_TABLES.iter().any(|kind| cursor.at(kind)) {
                return None;
            }
        }
    }
    if cursor.at_token(&Token::LParen) {
        cursor.group("options").ok()?;
    }
    while BEFORE_TARGET.iter().any(|word| cursor.eat(word)) {}
    cursor.table().ok()
}

/// `SET lock_timeout`, `SET LOCAL lock_timeout`, `RESET ALL`: the setting is part of the head.
fn setting(mut cursor: Cursor) -> Head {
    let verb = if cursor.eat("RESET") { "RESET" } else { "SET" };
    cursor.skip(usize::from(verb == "SET"));
    let local = if cursor.eat("LOCAL") { " LOCAL" } else { "" };
    if !SETTINGS.iter().any(|words| cursor.at(words)) {
        cursor.eat("SESSION");
    }
    if let Some(words) = SETTINGS.iter().find(|words| cursor.at(words)) {
        return Head { words: format!("{verb}{local} {words}"), target: None, beyond_parser: true };
    }
    let name = cursor.until(|at| at.at_token(&Token::Eq) || at.at("TO"));
    let first =
        name.first().map(|tok| cursor.source.slice(tok.span).to_ascii_uppercase()).unwrap_or_default();
    let dotted = name.tokens.get(1).is_some_and(|tok| tok.token == Token::Period);
    let name = if dotted { cursor.source.slice(name.span()).to_ascii_uppercase() } else { first };
    Head { words: format!("{verb}{local} {name}"), target: None, beyond_parser: false }
}

/// What `SET` takes besides a parameter's name.
const SETTINGS: &[&str] = &[
    "CONSTRAINTS",
    "SESSION AUTHORIZATION",
    "SESSION CHARACTERISTICS",
    "TIME ZONE",
    "TRANSACTION",
    "XML OPTION",
];

const FILLERS: &[&str] = &[
    "OR REPLACE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "RECURSIVE",
    "CONSTRAINT",
    "TRUSTED",
    "PROCEDURAL",
    "DEFAULT",
];

const BEFORE_TARGET: &[&str] = &[
    "CONCURRENTLY",
    "IF EXISTS",
    "IF NOT EXISTS",
    "ONLY",
    "TABLE",
    "FULL",
    "FREEZE",
    "VERBOSE",
    "ANALYZE",
    "BINARY",
    "FOREIGN",
    "ALL IN TABLESPACE",
];

/// What else privileges are granted on.
const NOT_TABLES: &[&str] = &[
    "ALL",
    "DATABASE",
    "DOMAIN",
    "FOREIGN",
    "FUNCTION",
    "LANGUAGE",
    "LARGE",
    "PARAMETER",
    "PROCEDURE",
    "ROUTINE",
    "SCHEMA",
    "SEQUENCE",
    "TABLESPACE",
    "TYPE",
];

/// Table constraints outside the vocabulary.
const ADDED: &[&str] = &["NOT NULL", "FOREIGN KEY", "UNIQUE", "PRIMARY KEY"];

const COLUMN_ACTIONS: &[&str] = &[
    "SET STATISTICS",
    "SET STORAGE",
    "SET COMPRESSION",
    "SET (",
    "RESET (",
    "ADD GENERATED",
    "SET EXPRESSION",
    "SET SEQUENCE",
    "OPTIONS",
];

const ACTIONS: &[&str] = &[
    "ATTACH PARTITION",
    "DETACH PARTITION",
    "ALTER CONSTRAINT",
    "RENAME CONSTRAINT",
    "SET SCHEMA",
    "SET TABLESPACE",
    "SET ACCESS METHOD",
    "SET LOGGED",
    "SET UNLOGGED",
    "SET WITHOUT CLUSTER",
    "SET WITHOUT OIDS",
    "SET (",
    "RESET (",
    "CLUSTER ON",
    "OWNER TO",
    "ENABLE ROW LEVEL SECURITY",
    "DISABLE ROW LEVEL SECURITY",
    "FORCE ROW LEVEL SECURITY",
    "NO FORCE ROW LEVEL SECURITY",
    "ENABLE TRIGGER",
    "ENABLE REPLICA TRIGGER",
    "ENABLE ALWAYS TRIGGER",
    "DISABLE TRIGGER",
    "ENABLE RULE",
    "ENABLE REPLICA RULE",
    "ENABLE ALWAYS RULE",
    "DISABLE RULE",
    "REPLICA IDENTITY",
    "INHERIT",
    "NO INHERIT",
    "NOT OF",
    "OF",
    "OPTIONS",
    "SPLIT PARTITION",
    "MERGE PARTITIONS",
];

/// Statements of which sqlparser rejects valid forms.
const BEYOND: &[(&str, Target)] = &[
    ("BEGIN", Nothing),
    ("START TRANSACTION", Nothing),
    ("TABLE", Next),
    ("ALTER AGGREGATE", Next),
    ("ALTER COLLATION", Next),
    ("ALTER CONVERSION", Next),
    ("ALTER DATABASE", Nothing),
    ("ALTER DEFAULT PRIVILEGES", Nothing),
    ("ALTER DOMAIN", Next),
    ("ALTER EVENT TRIGGER", Nothing),
    ("ALTER EXTENSION", Nothing),
    ("ALTER FOREIGN DATA WRAPPER", Nothing),
    ("ALTER FOREIGN TABLE", Next),
    ("ALTER FUNCTION", Next),
    ("ALTER GROUP", Nothing),
    ("ALTER INDEX", Next),
    ("ALTER LANGUAGE", Nothing),
    ("ALTER LARGE OBJECT", Nothing),
    ("ALTER MATERIALIZED VIEW", Next),
    ("ALTER OPERATOR", Nothing),
    ("ALTER POLICY", After("ON")),
    ("ALTER PROCEDURE", Next),
    ("ALTER PUBLICATION", Nothing),
    ("ALTER ROLE", Nothing),
    ("ALTER ROUTINE", Next),
    ("ALTER RULE", After("ON")),
    ("ALTER SCHEMA", Nothing),
    ("ALTER SEQUENCE", Next),
    ("ALTER SERVER", Nothing),
    ("ALTER STATISTICS", Next),
    ("ALTER SUBSCRIPTION", Nothing),
    ("ALTER SYSTEM", Nothing),
    ("ALTER TABLE ALL IN TABLESPACE", Nothing),
    ("ALTER TABLESPACE", Nothing),
    ("ALTER TEXT SEARCH", Nothing),
    ("ALTER TRIGGER", After("ON")),
    ("ALTER TYPE", Next),
    ("ALTER USER", Nothing),
    ("ALTER VIEW", Next),
    ("ANALYSE", Next),
    ("ANALYZE", Next),
    ("CHECKPOINT", Nothing),
    ("CLUSTER", Next),
    ("COMMENT ON", Nothing),
    ("COMMENT ON CONSTRAINT", After("ON")),
    ("COMMIT PREPARED", Nothing),
    ("COPY", Next),
    ("CREATE ACCESS METHOD", Nothing),
    ("CREATE AGGREGATE", Next),
    ("CREATE CAST", Nothing),
    ("CREATE COLLATION", Next),
    ("CREATE CONVERSION", Next),
    ("CREATE DATABASE", Nothing),
    ("CREATE DOMAIN", Next),
    ("CREATE EVENT TRIGGER", Nothing),
    ("CREATE EXTENSION", Nothing),
    ("CREATE FOREIGN DATA WRAPPER", Nothing),
    ("CREATE FOREIGN TABLE", Next),
    ("CREATE FUNCTION", Next),
    ("CREATE GROUP", Nothing),
    ("CREATE LANGUAGE", Nothing),
    ("CREATE MATERIALIZED VIEW", Next),
    ("CREATE OPERATOR", Nothing),
    ("CREATE POLICY", After("ON")),
    ("CREATE PROCEDURE", Next),
    ("CREATE PUBLICATION", Nothing),
    ("CREATE ROLE", Nothing),
    ("CREATE RULE", After("TO")),
    ("CREATE SCHEMA", Nothing),
    ("CREATE SEQUENCE", Next),
    ("CREATE SERVER", Nothing),
    ("CREATE STATISTICS", After("FROM")),
    ("CREATE SUBSCRIPTION", Nothing),
    ("CREATE TABLESPACE", Nothing),
    ("CREATE TEXT SEARCH", Nothing),
    ("CREATE TRANSFORM", Nothing),
    ("CREATE TRIGGER", After("ON")),
    ("CREATE TYPE", Next),
    ("CREATE USER", Nothing),
    ("CREATE USER MAPPING", Nothing),
    ("CREATE VIEW", Next),
    ("DEALLOCATE", Nothing),
    ("DECLARE", Nothing),
    ("DISCARD", Nothing),
    ("DO", Nothing),
    ("DROP ACCESS METHOD", Nothing),
    ("DROP AGGREGATE", Next),
    ("DROP CAST", Nothing),
    ("DROP COLLATION", Next),
    ("DROP CONVERSION", Next),
    ("DROP DATABASE", Nothing),
    ("DROP DOMAIN", Next),
    ("DROP EVENT TRIGGER", Nothing),
    ("DROP EXTENSION", Nothing),
    ("DROP FOREIGN DATA WRAPPER", Nothing),
    ("DROP FOREIGN TABLE", Next),
    ("DROP FUNCTION", Next),
    ("DROP GROUP", Nothing),
    ("DROP LANGUAGE", Nothing),
    ("DROP MATERIALIZED VIEW", Next),
    ("DROP OPERATOR", Nothing),
    ("DROP OWNED", Nothing),
    ("DROP POLICY", After("ON")),
    ("DROP PROCEDURE", Next),
    ("DROP PUBLICATION", Nothing),
    ("DROP ROLE", Nothing),
    ("DROP ROUTINE", Next),
    ("DROP RULE", After("ON")),
    ("DROP SCHEMA", Nothing),
    ("DROP SEQUENCE", Next),
    ("DROP SERVER", Nothing),
    ("DROP STATISTICS", Next),
    ("DROP SUBSCRIPTION", Nothing),
    ("DROP TABLESPACE", Nothing),
    ("DROP TEXT SEARCH", Nothing),
    ("DROP TRANSFORM", Nothing),
    ("DROP TRIGGER", After("ON")),
    ("DROP TYPE", Next),
    ("DROP USER", Nothing),
    ("DROP VIEW", Next),
    ("EXPLAIN", Nothing),
    ("FETCH", Nothing),
    ("GRANT", After("ON")),
    ("IMPORT FOREIGN SCHEMA", Nothing),
    ("LISTEN", Nothing),
    ("LOAD", Nothing),
    ("LOCK", Next),
    ("MOVE", Nothing),
    ("NOTIFY", Nothing),
    ("PREPARE TRANSACTION", Nothing),
    ("REASSIGN OWNED", Nothing),
    ("REFRESH MATERIALIZED VIEW", Next),
    ("REINDEX", Nothing),
    ("REINDEX DATABASE", Nothing),
    ("REINDEX INDEX", Next),
    ("REINDEX SCHEMA", Nothing),
    ("REINDEX SYSTEM", Nothing),
    ("REINDEX TABLE", Next),
    ("REVOKE", After("ON")),
    ("ROLLBACK PREPARED", Nothing),
    ("SECURITY LABEL", Nothing),
    ("TRUNCATE", Next),
    ("UNLISTEN", Nothing),
    ("VACUUM", Next),
];

/// Statements that sqlparser knows well enough to find their mistakes.
const PARSED: &[(&str, Target)] = &[
    ("ABORT", Nothing),
    ("CALL", Nothing),
    ("CLOSE", Nothing),
    ("COMMIT", Nothing),
    ("DELETE FROM", Next),
    ("END", Nothing),
    ("EXECUTE", Nothing),
    ("INSERT INTO", Next),
    ("MERGE INTO", Next),
    ("PREPARE", Nothing),
    ("RELEASE", Nothing),
    ("ROLLBACK", Nothing),
    ("SAVEPOINT", Nothing),
    ("SELECT", Nothing),
    ("SHOW", Nothing),
    ("UPDATE", Next),
    ("VALUES", Nothing),
    ("WITH", Nothing),
];
