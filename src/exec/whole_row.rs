//! Triggers that take the whole row without naming its columns (`INSERT INTO history SELECT NEW.*`) fail as soon as the
//! table has one column more, and with them every write of the release that runs. They are tried on a temporary copy of
//! the table, without the new columns and with them.

use std::collections::BTreeSet;

use sqlx::Row;

use super::search_path;
use crate::config::Settings;
use crate::db::{Session, explain, statement};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::source::Span;
use crate::migration::{self, Migration};
use crate::plan::{Plan, Try};

/// The copy. It goes with the transaction.
const COPY: &str = "pg_temp.midflight_rows";
const PATIENCE: &str = "2s";

/// Tries every trigger of the tables that get columns for dual writes.
///
/// # Errors
/// Exit 23 for a trigger that works now and would fail from expand on.
pub(super) async fn check(
    session: &mut Session,
    settings: &Settings,
    migration: &Migration,
    plan: &Plan,
) -> Result<()> {
    let tables: BTreeSet<&TableName> = plan
        .triggers
        .iter()
        .map(|trigger| &trigger.table)
        .chain(plan.tries.iter().map(|one| &one.table))
        .collect();
    for table in
        tables.into_iter().filter(|table| plan.triggers.iter().any(|trigger| trigger.table == **table))
    {
        let adds: Vec<&Try> = plan
            .tries
            .iter()
            .filter(|one| one.table == *table && one.action.starts_with("ADD COLUMN"))
            .collect();
        let Some(first) = adds.first() else { continue };
        session.begin(settings.lock.timeout.0, &search_path(settings)).await?;
        let found = guilty(session, table, &adds).await;
        session.rollback().await;
        if let Some((trigger, why)) = found? {
            let message = format!(
                "trigger {trigger} of {table} takes the whole row: with the column that expand adds every write that fires it fails: {why}"
            );
            let hint = "have its function name the columns: `INSERT INTO … (id, note) VALUES (NEW.id, NEW.note)` in place of `NEW.*`";
            let span = Span::new(first.start, first.end);
            return Err(Error::refused(message).hint(hint).at(&migration.source, span));
        }
    }
    Ok(())
}

/// The first trigger that fails with the columns and not without them. What can't be tried is not blamed: a function may
/// ask for the table's name, or for rows that the copy lacks.
async fn guilty(session: &mut Session, table: &TableName, adds: &[&Try]) -> Result<Option<(String, String)>> {
    let triggers = statement(TRIGGERS).bind(table.to_string()).fetch_all(&mut session.conn).await?;
    if triggers.is_empty() {
        return Ok(None);
    }
    let prepared = async {
        session.run(&format!("SET LOCAL statement_timeout = '{PATIENCE}'")).await?;
        session
            .run(&format!(
                "CREATE TEMPORARY TABLE midflight_rows ON COMMIT DROP AS SELECT * FROM {table} LIMIT 1"
            ))
            .await?;
        session
            .run(&format!("INSERT INTO {COPY} SELECT WHERE NOT EXISTS (SELECT FROM {COPY}); SAVEPOINT tried"))
            .await
    };
    if let Err(error) = prepared.await {
        return if error.as_database_error().is_some() { Ok(None) } else { Err(error.into()) };
    }
    let columns = statement(COLUMNS).fetch_all(&mut session.conn).await?;
    let same: Vec<String> = columns
        .iter()
        .map(|row| Ident::new(row.get::<String, _>(0)))
        .map(|column| format!("{column} = {column}"))
        .collect();
    let list: Vec<String> =
        columns.iter().map(|row| Ident::new(row.get::<String, _>(0)).to_string()).collect();
    let writes = format!(
        "SET CONSTRAINTS ALL IMMEDIATE; UPDATE {COPY} SET {}; INSERT INTO {COPY} ({list}) SELECT {list} FROM {COPY} LIMIT 1; \
         DELETE FROM {COPY}",
        same.join(", "),
        list = list.join(", ")
    );
    for row in &triggers {
        let (name, definition, body): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let Some(create) = on_copy(&definition, table) else { continue };
        let mut outcomes = Vec::new();
        for with in [false, true] {
            let add: String = adds
                .iter()
                .filter(|_| with)
                .map(|one| format!("ALTER TABLE {COPY} {}; ", one.action))
                .collect();
            let tried = session.run(&format!("{add}{create}; {writes}")).await;
            if let Err(error) = &tried
                && error.as_database_error().is_none()
            {
                return Err(Error::from(tried.err().unwrap_or(sqlx::Error::WorkerCrashed)));
            }
            outcomes.push(tried.err().map(|error| explain(&error)));
            session.rollback_to("tried").await?;
        }
        if let [None, Some(why)] = outcomes.as_slice() {
            return Ok(Some((Ident::new(name).to_string(), why.clone())));
        }
        // Which branch a row takes can't be tried.
        if migration::inserts_whole_row(&body) {
            let why = "its function has an INSERT of every column (`NEW.*` or `OLD.*`)".to_owned();
            return Ok(Some((Ident::new(name).to_string(), why)));
        }
    }
    Ok(None)
}

/// The trigger's definition, on the copy in place of its table, and for every row: WHEN asks for values that the tried
/// rows need not have.
fn on_copy(definition: &str, table: &TableName) -> Option<String> {
    let (before, after) = definition.split_once(&format!(" ON {table} "))?;
    let conditional = after.split_once(" WHEN (");
    let unconditional = conditional.and_then(|(rows, rest)| {
        let (_, function) = rest.split_once(") EXECUTE FUNCTION ")?;
        Some(format!("{rows} EXECUTE FUNCTION {function}"))
    });
    Some(format!("{before} ON {COPY} {}", unconditional.unwrap_or_else(|| after.to_owned())))
}

const TRIGGERS: &str = "
SELECT t.tgname::text, pg_catalog.pg_get_triggerdef(t.oid), p.prosrc
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = pg_catalog.to_regclass($1) AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname !~ '^zzzz_midflight_'
ORDER BY t.tgname";

const COLUMNS: &str = "
SELECT a.attname::text FROM pg_catalog.pg_attribute a
WHERE a.attrelid = 'pg_temp.midflight_rows'::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_moves_to_the_copy() {
        let table = TableName::new("public", "t");
        let definition =
            "CREATE TRIGGER a AFTER UPDATE OF b ON public.t FOR EACH ROW EXECUTE FUNCTION public.f('x')";
        let moved = "CREATE TRIGGER a AFTER UPDATE OF b ON pg_temp.midflight_rows FOR EACH ROW EXECUTE FUNCTION public.f('x')";
        assert_eq!(on_copy(definition, &table).as_deref(), Some(moved));
        let definition = "CREATE TRIGGER a AFTER UPDATE ON public.t FOR EACH ROW WHEN ((old.b > new.b)) EXECUTE FUNCTION f()";
        let moved =
            "CREATE TRIGGER a AFTER UPDATE ON pg_temp.midflight_rows FOR EACH ROW EXECUTE FUNCTION f()";
        assert_eq!(on_copy(definition, &table).as_deref(), Some(moved));
        assert_eq!(on_copy(definition, &TableName::new("public", "u")), None);
    }
}
