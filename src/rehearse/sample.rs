//! Real rows, from the database into the throwaway one. They never lie in a file of their own: the throwaway server's
//! folder, which nobody else can open, is where they are until it goes.

use std::time::Duration;

use sqlx::Row;

use super::dump::LONGEST_LOCK;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName, literal};

/// Rows that refer to others bring these along, those the ones that they refer to, and so on up to here.
const MOST_ROUNDS: usize = 20;
/// Keys that are looked for at once.
const MOST_KEYS: usize = 1000;

/// A foreign key of the copy.
struct ForeignKey {
    child: String,
    parent: TableName,
    columns: Vec<Ident>,
    referenced: Vec<Ident>,
}

/// Copies up to `most` rows of each table, and those that they refer to.
///
/// # Errors
/// Exit 10 where a table stays locked, exit 1 where rows can't be read within a second.
pub async fn copy(from: &mut Session, to: &mut Session, tables: &[TableName], most: u32) -> Result<()> {
    // foreign keys and triggers have no say in this
    to.run("SET session_replication_role = replica").await?;
    for table in tables {
        let columns = columns(to, table).await?;
        let rows = format!("SELECT {columns} FROM ONLY {table} LIMIT {most}");
        transfer(from, to, table, &columns, &rows).await?;
    }
    let keys = foreign_keys(to).await?;
    for _ in 0..MOST_ROUNDS {
        let mut found = 0;
        for key in &keys {
            found += referenced(from, to, key).await?;
        }
        if found == 0 {
            break;
        }
    }
    advance_sequences(to).await?;
    to.run("SET session_replication_role = origin").await?;
    Ok(())
}

/// Each table in a transaction of its own: a lock is kept for no longer than the table takes.
async fn transfer(
    from: &mut Session,
    to: &mut Session,
    table: &TableName,
    columns: &str,
    rows: &str,
) -> Result<u64> {
    from.begin(LONGEST_LOCK, "pg_catalog").await?;
    let limit = format!(
        "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {}; SET LOCAL DateStyle = 'ISO, YMD'; \
         SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 3",
        LONGEST_LOCK.saturating_sub(Duration::from_millis(50)).as_millis()
    );
    let read = match from.run(&limit).await {
        Ok(_) => from.conn.copy_out(&format!("COPY ({rows}) TO STDOUT")).await,
        Err(error) => Err(error),
    };
    from.rollback().await;
    let data = read.map_err(|error| unread(table, error))?;
    Ok(to.conn.copy_in(&format!("COPY {table} ({columns}) FROM STDIN"), &data).await?)
}

fn unread(table: &TableName, error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    let error = Error::from(error);
    match code.as_str() {
        "57014" => Error::new(Kind::Failed, format!("rows of {table} can't be read within 1 s"))
            .detail(error.message)
            .hint("give a smaller `--sample`, or leave it out: rows are made up then"),
        _ => error.detail(format!("reading rows of {table}")),
    }
}

/// The columns that are written, as a list. A table without one has none.
async fn columns(session: &mut Session, table: &TableName) -> Result<String> {
    let sql = format!(
        "SELECT attname::text FROM pg_catalog.pg_attribute
         WHERE attrelid = {}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        literal(&table.to_string())
    );
    let rows = session.rows(&sql).await?;
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get(0).map(|name: &str| Ident::new(name).to_string()))
        .collect::<Result<_, _>>()?;
    Ok(names.join(", "))
}

async fn foreign_keys(session: &mut Session) -> Result<Vec<ForeignKey>> {
    let names = "(SELECT pg_catalog.array_agg(a.attname::text ORDER BY key.place)
                  FROM pg_catalog.unnest(k.:key) WITH ORDINALITY key (number, place)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.:table AND a.attnum = key.number)";
    let of = |key: &str, table: &str| names.replace(":key", key).replace(":table", table);
    let sql = format!(
        "SELECT pg_catalog.format('%I.%I', cn.nspname, c.relname), n.nspname::text, p.relname::text, {}, {}
         FROM pg_catalog.pg_constraint k
         JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
         JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
         WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid",
        of("conkey", "conrelid"),
        of("confkey", "confrelid")
    );
    let key = |row: &sqlx::postgres::PgRow| {
        let idents = |names: Vec<String>| names.into_iter().map(Ident::new).collect();
        Ok(ForeignKey {
            child: row.try_get(0)?,
            parent: TableName::new(row.try_get::<&str, _>(1)?, row.try_get::<&str, _>(2)?),
            columns: idents(row.try_get(3)?),
            referenced: idents(row.try_get(4)?),
        })
    };
    session.rows(&sql).await?.iter().map(key).collect()
}

/// Brings rows that are referred to and not there. Gives how many.
async fn referenced(from: &mut Session, to: &mut Session, key: &ForeignKey) -> Result<u64> {
    let pairs = key.columns.iter().zip(&key.referenced);
    let same: Vec<String> =
        pairs.map(|(column, referenced)| format!("p.{referenced} = c.{column}")).collect();
    let full: Vec<String> = key.columns.iter().map(|column| format!("c.{column} IS NOT NULL")).collect();
    let texts: Vec<String> = key.columns.iter().map(|column| format!("c.{column}::text")).collect();
    let missing = format!(
        "SELECT DISTINCT ARRAY[{}]::text[] FROM {} c WHERE {} AND NOT EXISTS (SELECT FROM {} p WHERE {}) LIMIT {MOST_KEYS}",
        texts.join(", "),
        key.child,
        full.join(" AND "),
        key.parent,
        same.join(" AND ")
    );
    let mut keys = Vec::new();
    for row in to.rows(&missing).await? {
        let values: Vec<String> = row.try_get(0)?;
        let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
        keys.push(format!("({})", values.join(", ")));
    }
    if keys.is_empty() {
        return Ok(0);
    }
    let columns = columns(to, &key.parent).await?;
    let names: Vec<String> = key.referenced.iter().map(ToString::to_string).collect();
    let rows =
        format!("SELECT {columns} FROM {} WHERE ({}) IN ({})", key.parent, names.join(", "), keys.join(", "));
    transfer(from, to, &key.parent, &columns, &rows).await
}

/// What inserts without a number goes on behind the rows that are there.
async fn advance_sequences(session: &mut Session) -> Result<()> {
    let owned = "SELECT pg_catalog.format('%I.%I', sn.nspname, s.relname), pg_catalog.format('%I.%I', tn.nspname, t.relname),
                        a.attname::text
                 FROM pg_catalog.pg_depend d
                 JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                 JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
                 JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                 JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                 JOIN pg_catalog.pg_type y ON y.oid = a.atttypid AND y.typcategory = 'N'
                 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')";
    for row in session.rows(owned).await? {
        let (sequence, table, column): (&str, &str, &str) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let column = Ident::new(column);
        let set = format!(
            "SELECT pg_catalog.setval({}::regclass, m) FROM (SELECT max({column})::bigint AS m FROM {table}) found WHERE m > 0",
            literal(sequence)
        );
        // values of a cycle, or beyond a limit, are no numbers that the sequence has given
        let _ = session.run(&set).await;
    }
    Ok(())
}
