//! Tries what the plan takes for a change of the catalog on an empty copy of its table: PostgreSQL knows better than any
//! table of facts what it will rewrite. A rewrite gives the table or an index another file, rows or not.

use std::collections::BTreeSet;

use sqlx::Row;

use super::search_path;
use crate::config::Settings;
use crate::db::Session;
use crate::error::{Error, Result};
use crate::ident::TableName;
use crate::migration::Migration;
use crate::migration::source::Span;
use crate::plan::{Plan, Try};

/// The copy. It has a temporary schema to itself, and goes with the transaction.
const COPY: &str = "pg_temp.midflight_try";

/// Tries them all, each table in a transaction that is rolled back.
///
/// # Errors
/// Exit 23 for an action that would rewrite the table.
pub(super) async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<()> {
    let tables: BTreeSet<&TableName> = plan.tries.iter().map(|one| &one.table).collect();
    for table in tables {
        session.begin(settings.lock.timeout.0, &search_path(settings)).await?;
        let found = on_copy(session, plan, table).await;
        session.rollback().await;
        if let Some(guilty) = found? {
            let message = format!(
                "`ALTER TABLE {table} {}` would rewrite the whole table or an index under ACCESS EXCLUSIVE",
                guilty.action
            );
            let hint = "PostgreSQL did so with an empty copy of the table; add a plain column, and give it its values in batches \
                        by `up:` in YAML";
            let span = Span::new(guilty.start, guilty.end);
            return Err(Error::refused(message).hint(hint).at(&migration.source, span));
        }
    }
    Ok(())
}

/// The first action that makes a new file. What can't be tried (no temporary tables for this role, a type or a sequence
/// that the migration makes first) is left to the plan's own knowledge.
async fn on_copy<'p>(session: &mut Session, plan: &'p Plan, table: &TableName) -> Result<Option<&'p Try>> {
    let create = format!("CREATE TEMPORARY TABLE midflight_try (LIKE {table} INCLUDING ALL) ON COMMIT DROP");
    if let Err(error) = session.run(&create).await {
        return if error.as_database_error().is_some() { Ok(None) } else { Err(error.into()) };
    }
    for one in plan.tries.iter().filter(|one| one.table == *table) {
        let before = files(session).await?;
        session.run("SAVEPOINT try").await?;
        match session.run(&format!("ALTER TABLE {COPY} {}", one.action)).await {
            Ok(_) => {}
            Err(error) if error.as_database_error().is_some() => {
                session.rollback_to("try").await?;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if !files(session).await?.is_subset(&before) {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// The files of the copy and of its indexes. A change that keeps an index keeps its file under another OID.
async fn files(session: &mut Session) -> Result<BTreeSet<i64>> {
    let sql = format!(
        "SELECT pg_catalog.pg_relation_filenode(file.of)::bigint FROM (
           SELECT '{COPY}'::regclass::oid AS of
           UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = '{COPY}'::regclass) file"
    );
    Ok(session.rows(&sql).await?.iter().filter_map(|row| row.get::<Option<i64>, _>(0)).collect())
}
