//! What types mean to the server: as they are written, and on the way from one to another.

use std::collections::BTreeSet;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Session, statement};
use crate::catalog::{Below, Catalog, TypeInfo};
use crate::error::Result;
use crate::ident::Ident;

/// A type that a migration names.
pub(super) struct Written {
    /// The text.
    pub text: String,
    /// `pg_type.oid`
    pub oid: i64,
    /// `format_type` with the modifier, in full: `numeric(10,0)` for `decimal(10)`.
    spelling: Option<String>,
}

/// The type that a text means, if any. Text that isn't even a type name is unknown as well.
pub(super) async fn type_oid(session: &mut Session, schema: &Ident, written: &str) -> Result<Option<i64>> {
    let path = format!("SET LOCAL search_path = {schema}, public");
    session.conn.begin(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {path}")).await?;
    let found = statement("SELECT pg_catalog.to_regtype($1)::oid::bigint").bind(written);
    let found = found.fetch_one(&mut session.conn).await.ok().and_then(|row| row.get(0));
    session.rollback().await;
    Ok(found)
}

/// The same, with its spelling. `to_regtype` drops modifiers; a constant keeps them, and EXPLAIN shows it.
pub(super) async fn written(session: &mut Session, schema: &Ident, text: String) -> Result<Option<Written>> {
    let Some(oid) = type_oid(session, schema, &text).await? else { return Ok(None) };
    // The server has just read the text as a type and nothing more.
    let path = format!("SET LOCAL search_path = {schema}, public");
    session.conn.begin(&format!("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; {path}")).await?;
    let shown = session.rows(&format!("EXPLAIN (VERBOSE, COSTS OFF) SELECT NULL::{text}")).await;
    session.rollback().await;
    let shown = shown.unwrap_or_default();
    let lines = shown.iter().map(|row| row.get::<String, _>(0));
    let spelling =
        lines.filter_map(|line| line.split_once("NULL::").map(|(_, type_)| type_.to_owned())).last();
    Ok(Some(Written { text, oid, spelling }))
}

/// Adds the written types to the snapshot, and the casts between them and those of the tables' columns.
pub(super) async fn load(session: &mut Session, catalog: &mut Catalog, found: Vec<Written>) -> Result<()> {
    let written: Vec<i64> = found.iter().map(|type_| type_.oid).collect();
    for Written { text, oid, spelling } in found {
        let row = statement(TYPE).bind(oid).fetch_one(&mut session.conn).await?;
        let base: String = row.get(0);
        // Without a length the blanks at the end stay, and `=` does not see them.
        let blanks = base == "character" && spelling.as_ref().is_none_or(|spelling| !spelling.contains('('));
        let info = TypeInfo {
            // A type of the user's may be written with its schema or without; only a modifier adds something.
            spelling: spelling
                .filter(|spelling| row.get::<bool, _>(4) || spelling.contains('('))
                .unwrap_or_else(|| base.clone()),
            base,
            equality_is_identity: row.get::<bool, _>(1) && !blanks,
            domain: row.get(2),
            constrained: row.get(3),
            refuses_null: false,
            below: type_below(&row, 5),
            composite: row.get(6),
            default: row.get(7),
            volatile_default: row.get(8),
        };
        catalog.types.insert(text, info);
    }
    let tables: Vec<i64> = catalog.tables.values().map(|table| i64::from(table.oid)).collect();
    for row in statement(CASTS).bind(&written).bind(tables).fetch_all(&mut session.conn).await? {
        catalog.assignable.insert((row.get(0), row.get(1)));
    }
    Ok(())
}

/// What [`below`] gives.
pub(super) fn type_below(row: &PgRow, at: usize) -> Option<Below> {
    let found: Option<Vec<String>> = row.get(at);
    let [base, spelling] = found?.try_into().ok()?;
    Some(Below { base, spelling })
}

/// Finds out which columns are of domains that refuse NULL, by NOT NULL or by a check: the server tries it.
pub(super) async fn try_null(session: &mut Session, catalog: &mut Catalog) -> Result<()> {
    let columns = || catalog.tables.values().flat_map(|table| &table.columns);
    let domains: BTreeSet<String> = columns()
        .filter(|column| column.type_info.constrained)
        .map(|column| column.type_info.spelling.clone())
        .collect();
    let mut refused = BTreeSet::new();
    for domain in domains {
        session.conn.begin("BEGIN READ ONLY; SET LOCAL search_path = pg_catalog").await?;
        let tried = session.rows(&format!("SELECT NULL::{domain}")).await;
        session.rollback().await;
        match tried {
            Ok(_) => {}
            Err(error) if error.as_database_error().is_some() => drop(refused.insert(domain)),
            Err(error) => return Err(error.into()),
        }
    }
    for column in catalog.tables.values_mut().flat_map(|table| &mut table.columns) {
        column.type_info.refuses_null = refused.contains(&column.type_info.spelling);
    }
    Ok(())
}

/// Types for which `=` means the same bytes. Everything else is compared by image; see `plan::compare`.
macro_rules! identity_types {
    () => {
        "('int2','int4','int8','bool','uuid','oid','date','time','timestamp','timestamptz','bytea','text','varchar','\"char\"','bpchar','inet','macaddr','money')"
    };
}
pub(super) use identity_types;

/// Whether a type `t` is a domain that checks anything, itself or by a domain below it.
macro_rules! constrained {
    () => {
        "(t.typtype = 'd' AND EXISTS (
           WITH RECURSIVE chain AS (
             SELECT t.oid AS oid, t.typbasetype AS below, t.typnotnull AS required
             UNION ALL SELECT p.oid, p.typbasetype, p.typnotnull FROM chain JOIN pg_catalog.pg_type p ON p.oid = chain.below)
           SELECT FROM chain WHERE chain.required
             OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.contypid = chain.oid AND k.contype = 'c')))"
    };
}
pub(super) use constrained;

/// The type below a domain `t`, and below the domains below it.
macro_rules! below {
    () => {
        "(WITH RECURSIVE chain AS (
            SELECT t.typbasetype AS oid, t.typtypmod AS modifier WHERE t.typtype = 'd'
            UNION ALL SELECT p.typbasetype, p.typtypmod FROM chain JOIN pg_catalog.pg_type p ON p.oid = chain.oid AND p.typtype = 'd')
          SELECT ARRAY[pg_catalog.format_type(chain.oid, NULL), pg_catalog.format_type(chain.oid, chain.modifier)] FROM chain
          JOIN pg_catalog.pg_type p ON p.oid = chain.oid WHERE p.typtype <> 'd')"
    };
}
pub(super) use below;

/// Whether the values of a type `t` are rows.
macro_rules! composite {
    () => {
        "(WITH RECURSIVE chain AS (
            SELECT t.typtype AS kind, t.typbasetype AS below
            UNION ALL SELECT p.typtype, p.typbasetype FROM chain JOIN pg_catalog.pg_type p ON p.oid = chain.below)
          SELECT pg_catalog.bool_or(chain.kind = 'c') FROM chain)"
    };
}
pub(super) use composite;

/// The default that a type `t` has itself, and whether it may be another value at every call. A default that somebody
/// gave to a base type is text for its input function.
macro_rules! type_default {
    () => {
        "coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0),
                  pg_catalog.quote_literal(t.typdefault) || '::' || pg_catalog.format_type(t.oid, NULL)),
         coalesce(EXISTS (
           SELECT FROM pg_catalog.pg_depend dep JOIN pg_catalog.pg_proc p ON p.oid = dep.refobjid AND p.provolatile = 'v'
           WHERE dep.classid = 'pg_catalog.pg_type'::regclass AND dep.objid = t.oid
             AND dep.refclassid = 'pg_catalog.pg_proc'::regclass)
           OR pg_catalog.pg_get_expr(t.typdefaultbin, 0) ~ '(nextval|random|clock_timestamp|timeofday|gen_random_uuid|uuidv|txid_current|pg_current_xact_id)\\s*\\(', false)"
    };
}
pub(super) use type_default;

const TYPE: &str = concat!(
    "
SELECT pg_catalog.format_type(t.oid, NULL),
       (t.typname IN ",
    identity_types!(),
    " OR t.typtype = 'e'), t.typtype = 'd', ",
    constrained!(),
    ", t.typnamespace = 'pg_catalog'::regnamespace, ",
    below!(),
    ", ",
    composite!(),
    ", ",
    type_default!(),
    "
FROM pg_catalog.pg_type t WHERE t.oid = $1::bigint::oid"
);

/// Pairs of types with an assignment cast, as `find_coercion_pathway` looks for it: an entry of `pg_cast`; without one,
/// an array whose elements have one, or a string type, into which everything is written as text.
const CASTS: &str = "
WITH written AS (SELECT DISTINCT w::oid AS oid FROM pg_catalog.unnest($1::bigint[]) w),
known AS (
  SELECT oid FROM written UNION
  SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE a.attrelid = ANY ($2::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
), pair AS (
  SELECT s.oid AS source, t.oid AS target FROM known s CROSS JOIN known t
  WHERE s.oid IN (SELECT oid FROM written) OR t.oid IN (SELECT oid FROM written)
), parts AS (
  SELECT pair.*, CASE WHEN s.typcategory = 'A' AND t.typcategory = 'A' AND s.typelem <> 0 AND t.typelem <> 0 THEN s.typelem ELSE s.oid END AS source_part,
         CASE WHEN s.typcategory = 'A' AND t.typcategory = 'A' AND s.typelem <> 0 AND t.typelem <> 0 THEN t.typelem ELSE t.oid END AS target_part
  FROM pair JOIN pg_catalog.pg_type s ON s.oid = pair.source JOIN pg_catalog.pg_type t ON t.oid = pair.target
)
SELECT pg_catalog.format_type(source, NULL), pg_catalog.format_type(target, NULL)
FROM parts LEFT JOIN pg_catalog.pg_cast c ON c.castsource = source_part AND c.casttarget = target_part
JOIN pg_catalog.pg_type t ON t.oid = target_part
WHERE source_part = target_part OR c.castcontext IN ('a', 'i') OR c.oid IS NULL AND t.typcategory = 'S'";
