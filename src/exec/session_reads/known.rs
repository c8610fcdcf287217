//! What the server knows of the functions and types that an expression uses.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::db::{Session, statement};

/// A function.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// Its own name.
    pub name: String,
    /// With its argument types.
    pub signature: String,
    /// `pg_proc.provolatile`
    pub volatility: Volatility,
    /// Its body, where PostgreSQL keeps one in its own form.
    pub body: Option<String>,
    /// The settings that it makes for itself.
    pub settings: Vec<String>,
    /// Whether it is one of PostgreSQL's own.
    pub built_in: bool,
}

/// What a function promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Volatility {
    Immutable,
    Stable,
    Volatile,
}

/// A type.
#[derive(Debug, Clone)]
pub(super) struct Type {
    /// `timestamptz`
    pub name: String,
    /// As people write it.
    pub shown: String,
    /// The types of its parts: elements, fields, bounds, what is below a domain.
    pub parts: Vec<u32>,
    /// Whether its values are a list of names.
    pub is_enum: bool,
    /// Whether it is one of PostgreSQL's own.
    pub built_in: bool,
    /// Whether writing a value as text is called immutable.
    pub written_alike: bool,
    /// Whether reading one is.
    pub read_alike: bool,
}

/// Reads them.
pub(super) async fn functions(
    session: &mut Session,
    oids: &[u32],
) -> Result<BTreeMap<u32, Function>, sqlx::Error> {
    let rows = statement(FUNCTIONS).bind(wide(oids)).fetch_all(&mut session.conn).await?;
    Ok(rows.iter().map(|row| (oid(row), function(row))).collect())
}

fn function(row: &PgRow) -> Function {
    let settings: Option<Vec<String>> = row.get(5);
    Function {
        name: row.get(1),
        signature: row.get(2),
        volatility: match row.get::<&str, _>(3) {
            "i" => Volatility::Immutable,
            "s" => Volatility::Stable,
            _ => Volatility::Volatile,
        },
        body: row.get(4),
        settings: settings.unwrap_or_default(),
        built_in: row.get(6),
    }
}

/// Reads types and those of their parts.
pub(super) async fn types(session: &mut Session, oids: &[u32]) -> Result<BTreeMap<u32, Type>, sqlx::Error> {
    let rows = statement(TYPES).bind(wide(oids)).fetch_all(&mut session.conn).await?;
    let type_ = |row: &PgRow| Type {
        name: row.get(1),
        shown: row.get(2),
        parts: row.get::<Vec<i64>, _>(3).into_iter().map(|oid| oid as u32).collect(),
        is_enum: row.get(4),
        built_in: row.get(5),
        written_alike: row.get(6),
        read_alike: row.get(7),
    };
    Ok(rows.iter().map(|row| (oid(row), type_(row))).collect())
}

/// How PostgreSQL assigns a value of one type to a column of another: by a function, or by way of text. None where
/// nothing has to be done.
pub(super) async fn assignment(
    session: &mut Session,
    from: u32,
    to: u32,
) -> Result<Option<Option<u32>>, sqlx::Error> {
    let found = statement(CAST).bind(i64::from(from)).bind(i64::from(to));
    Ok(found.fetch_optional(&mut session.conn).await?.map(|row| {
        let function: Option<i64> = row.get(0);
        function.map(|oid| oid as u32)
    }))
}

fn wide(oids: &[u32]) -> Vec<i64> {
    oids.iter().copied().map(i64::from).collect()
}

fn oid(row: &PgRow) -> u32 {
    row.get::<i64, _>(0) as u32
}

const FUNCTIONS: &str = "
SELECT p.oid::bigint, p.proname::text, p.oid::pg_catalog.regprocedure::text, p.provolatile::text,
       p.prosqlbody::text,
       (SELECT pg_catalog.array_agg(pg_catalog.lower(pg_catalog.split_part(made, '=', 1)))
        FROM pg_catalog.unnest(p.proconfig) AS made),
       n.nspname = 'pg_catalog' AND p.oid < 16384
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid = ANY ($1::bigint[]::oid[])";

/// OFFSET 0 has each type looked up by its index: a database has several types for each table.
const TYPES: &str = "
WITH RECURSIVE used (oid) AS (
  SELECT named::oid FROM pg_catalog.unnest($1::bigint[]) AS named
  UNION
  SELECT part.oid FROM used CROSS JOIN LATERAL (SELECT one.* FROM pg_catalog.pg_type one WHERE one.oid = used.oid OFFSET 0) t
  CROSS JOIN LATERAL (
    SELECT t.typelem WHERE t.typelem <> 0 AND t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
    UNION ALL SELECT t.typbasetype WHERE t.typtype = 'd'
    UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
    UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a
              WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS part (oid))
SELECT t.oid::bigint, t.typname::text, pg_catalog.format_type(t.oid, NULL),
       ARRAY(SELECT t.typelem::bigint WHERE t.typelem <> 0 AND t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
             UNION ALL SELECT t.typbasetype::bigint WHERE t.typtype = 'd'
             UNION ALL SELECT r.rngsubtype::bigint FROM pg_catalog.pg_range r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
             UNION ALL SELECT a.atttypid::bigint FROM pg_catalog.pg_attribute a
                       WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
       t.typtype = 'e', n.nspname = 'pg_catalog',
       (SELECT p.provolatile = 'i' FROM pg_catalog.pg_proc p WHERE p.oid = t.typoutput),
       (SELECT p.provolatile = 'i' FROM pg_catalog.pg_proc p WHERE p.oid = t.typinput)
FROM used CROSS JOIN LATERAL (SELECT one.* FROM pg_catalog.pg_type one WHERE one.oid = used.oid OFFSET 0) t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace";

/// What is not in pg_cast is assigned as what is below it (domains), to text by way of text, or not at all.
const CAST: &str = "
SELECT CASE WHEN c.castmethod = 'f' THEN c.castfunc::bigint END
FROM (SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END AS oid FROM pg_catalog.pg_type t WHERE t.oid = $1::bigint::oid) f
CROSS JOIN (SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END AS oid FROM pg_catalog.pg_type t WHERE t.oid = $2::bigint::oid) g
LEFT JOIN pg_catalog.pg_cast c ON c.castsource = f.oid AND c.casttarget = g.oid
WHERE f.oid <> g.oid AND c.castmethod IS DISTINCT FROM 'b'";
