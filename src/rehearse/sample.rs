//! Real rows, from the database into the throwaway one. They never lie in a file of their own: the throwaway server's
//! folder, which nobody else can open, is where they are until it goes.

use std::time::Duration;

use sqlx::Row;

use super::dump::LONGEST_LOCK;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::Migration;
use crate::migration::operation::{Name, Operation};

/// Rows that refer to others bring these along, those the ones that they refer to, and so on up to here. What is
/// farther away is not brought, and what refers to it is not kept.
const MOST_ROUNDS: usize = 50;
/// Keys that are looked for at once.
const MOST_KEYS: usize = 1000;

/// A foreign key of the copy, or one that a file adds.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    child: TableName,
    parent: TableName,
    columns: Vec<Ident>,
    /// None: the primary key.
    referenced: Vec<Ident>,
    /// Whether it holds for all rows: one that refers to nothing is the sample's fault.
    holds: bool,
}

/// Those that files add: their rows have to be among the sample, or it would be to blame for what is missing.
pub fn added(migrations: &[Migration], schema: &Ident) -> Vec<ForeignKey> {
    let idents = |names: &[Name]| names.iter().map(|name| name.value.clone()).collect();
    let mut keys = Vec::new();
    for (step, _) in migrations.iter().flat_map(Migration::understood) {
        if let Operation::AddForeignKey(add) = step.operation {
            keys.push(ForeignKey {
                child: add.table.value.in_schema(schema),
                parent: add.references.value.in_schema(schema),
                columns: idents(&add.columns),
                referenced: idents(&add.referenced_columns),
                holds: false,
            });
        }
    }
    keys
}

/// Copies up to `most` rows of each table, and those that they refer to.
///
/// # Errors
/// Exit 10 where a table stays locked, exit 1 where rows can't be read within a second.
pub async fn copy(
    from: &mut Session,
    to: &mut Session,
    tables: &[TableName],
    most: u32,
    added: &[ForeignKey],
) -> Result<()> {
    // foreign keys and triggers have no say in this
    to.run("SET session_replication_role = replica").await?;
    for table in tables {
        let columns = columns(to, table).await?;
        let rows = format!("SELECT {columns} FROM ONLY {table} LIMIT {most}");
        transfer(from, to, table, &columns, &rows).await?;
    }
    let mut keys = foreign_keys(to).await?;
    for key in added {
        keys.extend(resolved(to, key.clone()).await?);
    }
    for _ in 0..MOST_ROUNDS {
        let mut found = 0;
        for key in &keys {
            found += referenced(from, to, key).await?;
        }
        if found == 0 {
            break;
        }
    }
    while drop_what_refers_to_nothing(to, &keys).await? > 0 {}
    advance_sequences(to).await?;
    to.run("SET session_replication_role = origin").await?;
    Ok(())
}

/// Copies all rows of tables that are small.
///
/// # Errors
/// As [`copy`].
pub async fn copy_all(from: &mut Session, to: &mut Session, tables: &[TableName]) -> Result<()> {
    for table in tables {
        let columns = columns(to, table).await?;
        to.run(&format!("DELETE FROM {table}")).await?;
        transfer(from, to, table, &columns, &format!("SELECT {columns} FROM {table}")).await?;
    }
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
        "SELECT cn.nspname::text, c.relname::text, n.nspname::text, p.relname::text, {}, {}, k.convalidated
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
            child: TableName::new(row.try_get::<&str, _>(0)?, row.try_get::<&str, _>(1)?),
            parent: TableName::new(row.try_get::<&str, _>(2)?, row.try_get::<&str, _>(3)?),
            columns: idents(row.try_get(4)?),
            referenced: idents(row.try_get(5)?),
            holds: row.try_get(6)?,
        })
    };
    session.rows(&sql).await?.iter().map(key).collect()
}

/// A key that a file adds, where the copy has all of it: it may be about what the file itself makes.
async fn resolved(session: &mut Session, key: ForeignKey) -> Result<Option<ForeignKey>> {
    let of = |table: &TableName| literal(&table.to_string());
    let names = |columns: &[Ident]| {
        let written: Vec<String> = columns.iter().map(|column| literal(column.as_str())).collect();
        format!("ARRAY[{}]::text[]", written.join(", "))
    };
    let sql = format!(
        "SELECT (SELECT count(*) FROM pg_catalog.pg_attribute
                 WHERE attrelid = to_regclass({child}) AND attname = ANY ({columns}) AND NOT attisdropped),
                (SELECT count(*) FROM pg_catalog.pg_attribute
                 WHERE attrelid = to_regclass({parent}) AND attname = ANY ({referenced}) AND NOT attisdropped),
                (SELECT pg_catalog.array_agg(a.attname::text ORDER BY key.place)
                 FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) WITH ORDINALITY key (number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attnum = key.number
                 WHERE i.indrelid = to_regclass({parent}) AND i.indisprimary AND a.attrelid = i.indrelid)",
        child = of(&key.child),
        parent = of(&key.parent),
        columns = names(&key.columns),
        referenced = names(&key.referenced),
    );
    let row = session.one(&sql).await?;
    let (columns, referenced): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let primary: Option<Vec<String>> = row.try_get(2)?;
    let all = |found: i64, names: &[Ident]| usize::try_from(found).is_ok_and(|found| found == names.len());
    if !all(columns, &key.columns) || !all(referenced, &key.referenced) {
        return Ok(None);
    }
    let primary = || primary.unwrap_or_default().into_iter().map(Ident::new).collect();
    let referenced = if key.referenced.is_empty() { primary() } else { key.referenced };
    Ok(Some(ForeignKey { referenced, ..key }).filter(|key| key.referenced.len() == key.columns.len()))
}

impl ForeignKey {
    /// True for a row `c` that refers to nothing.
    fn dangles(&self) -> String {
        let pairs = self.columns.iter().zip(&self.referenced);
        let same: Vec<String> =
            pairs.map(|(column, referenced)| format!("p.{referenced} = c.{column}")).collect();
        let full: Vec<String> = self.columns.iter().map(|column| format!("c.{column} IS NOT NULL")).collect();
        format!(
            "{} AND NOT EXISTS (SELECT FROM {} p WHERE {})",
            full.join(" AND "),
            self.parent,
            same.join(" AND ")
        )
    }
}

/// Removes rows whose way to what they refer to is too long. Gives how many.
async fn drop_what_refers_to_nothing(session: &mut Session, keys: &[ForeignKey]) -> Result<u64> {
    let mut gone = 0;
    for key in keys.iter().filter(|key| key.holds) {
        let delete = format!("DELETE FROM {} c WHERE {}", key.child, key.dangles());
        gone += session.run(&delete).await?.rows_affected();
    }
    Ok(gone)
}

/// Brings rows that are referred to and not there. Gives how many.
async fn referenced(from: &mut Session, to: &mut Session, key: &ForeignKey) -> Result<u64> {
    let texts: Vec<String> = key.columns.iter().map(|column| format!("c.{column}::text")).collect();
    let missing = format!(
        "SELECT DISTINCT ARRAY[{}]::text[] FROM {} c WHERE {} LIMIT {MOST_KEYS}",
        texts.join(", "),
        key.child,
        key.dangles()
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
