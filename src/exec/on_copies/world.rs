//! The copies: empty tables with the columns, constraints, indexes and triggers of those that a file names, in schemas that
//! go with the transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::Row;

use super::act::{Run, Targets};
use super::names::Names;
use super::queries;
use crate::config::Settings;
use crate::db::{Session, statement};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::migration;
use crate::migration::definition::in_other_schema;

/// How long a copy may wait for a table that somebody else holds: what can't be had soon is not tried.
const PATIENCE: Duration = Duration::from_millis(200);

/// A file that names more relations than this is a dump, and takes too long.
const MOST: usize = 200;

/// Where statements are tried.
pub(super) struct World {
    /// Where names belong.
    pub names: Names,
    /// The copies of columns no longer have the types that the file gives them.
    pub types_differ: bool,
    /// What was copied.
    originals: BTreeSet<TableName>,
    /// The relations that there are among the copies.
    there: BTreeSet<Ident>,
}

/// A relation to copy.
struct Original {
    oid: i64,
    name: TableName,
    /// `relkind`
    kind: String,
}

impl World {
    /// Begins the transaction of the copies and makes them; none where they can't be had.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn make(
        session: &mut Session,
        settings: &Settings,
        words: &BTreeSet<Ident>,
        targets: &Targets,
    ) -> Result<Option<Self>> {
        match Self::made(session, settings, words, targets).await {
            Ok(world) => Ok(world),
            Err(error) if error.as_database_error().is_some() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn made(
        session: &mut Session,
        settings: &Settings,
        words: &BTreeSet<Ident>,
        targets: &Targets,
    ) -> Result<Option<Self>, sqlx::Error> {
        let mut path = vec![Ident::new(settings.schema.as_str()), Ident::new("public")];
        path.dedup();
        let words: Vec<String> = words.iter().chain(&path).map(|word| word.as_str().to_owned()).collect();
        let state = settings.store().schema().clone();
        let found = statement(queries::SCHEMAS).bind(&words).bind(state.as_str());
        let found = found.fetch_all(&mut session.conn).await?;
        let schemas: Vec<String> = found.iter().map(|row| row.get(0)).collect();
        let mut names = Names::default();
        for (at, schema) in schemas.iter().enumerate() {
            // Two runs at once must not wait for each other.
            let copy = Ident::new(format!("_midflight_try_{}_{at}", session.pid));
            names.schemas.insert(Ident::new(schema.as_str()), copy);
        }
        let search_path: Vec<String> = path
            .iter()
            .filter_map(|schema| names.schemas.get(schema))
            .chain(&path)
            .map(ToString::to_string)
            .collect();
        session.begin(PATIENCE, &search_path.join(", ")).await?;
        let originals = statement(queries::RELATIONS).bind(&schemas).bind(&words);
        let originals: Vec<Original> = originals
            .fetch_all(&mut session.conn)
            .await?
            .iter()
            .map(|row| Original { oid: row.get(0), name: name(row, 1), kind: row.get(3) })
            .collect();
        if originals.len() > MOST {
            return Ok(None);
        }
        let real = statement(queries::OTHERS).bind(&schemas).bind(&words);
        names.real = real.fetch_all(&mut session.conn).await?.iter().map(|row| name(row, 0)).collect();
        for changed in targets.routines.iter().chain(&targets.types) {
            names.real.remove(changed);
        }
        let mut world = Self {
            names,
            types_differ: false,
            originals: originals.iter().map(|one| one.name.clone()).collect(),
            there: BTreeSet::new(),
        };
        for sql in world.copies(session, &originals, targets).await? {
            session.run(&sql).await?;
        }
        world.look(session).await?;
        Ok(Some(world))
    }

    /// The statements that make the copies, in their order.
    async fn copies(
        &self,
        session: &mut Session,
        originals: &[Original],
        targets: &Targets,
    ) -> Result<Vec<String>, sqlx::Error> {
        let oids: Vec<i64> = originals.iter().map(|one| one.oid).collect();
        let mut sql: Vec<String> =
            self.names.schemas.values().map(|schema| format!("CREATE SCHEMA {schema}")).collect();
        for row in statement(queries::SEQUENCES).bind(&oids).fetch_all(&mut session.conn).await? {
            let options: String = row.get(2);
            sql.push(format!("CREATE SEQUENCE {} {options}", self.copy(&name(&row, 0))));
        }
        for row in statement(queries::TABLES).bind(&oids).fetch_all(&mut session.conn).await? {
            let (of, partitioned): (TableName, Option<String>) = (name(&row, 0), row.get(2));
            let by = partitioned.map(|by| format!(" PARTITION BY {by}")).unwrap_or_default();
            sql.push(format!(
                "CREATE TABLE {} (LIKE {of} INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS){by}",
                self.copy(&of)
            ));
        }
        for one in originals {
            let (of, copy) = (&one.name, self.copy(&one.name));
            match one.kind.as_str() {
                // Of no row at all the server reads none.
                "v" => sql.push(format!("CREATE VIEW {copy} AS SELECT * FROM {of} WHERE false")),
                "m" => {
                    sql.push(format!("CREATE MATERIALIZED VIEW {copy} AS SELECT * FROM {of} WITH NO DATA"));
                }
                _ => {}
            }
        }
        let tables: Vec<&TableName> = originals.iter().map(|one| &one.name).collect();
        // indexes, constraints and triggers speak of their tables in full
        for row in statement(queries::ON_TABLES).bind(&oids).fetch_all(&mut session.conn).await? {
            let mut definition: String = row.get(0);
            for (schema, copy) in &self.names.schemas {
                let of: Vec<&TableName> =
                    tables.iter().copied().filter(|table| table.schema == *schema).collect();
                definition = in_other_schema(&definition, &of, copy);
            }
            sql.push(definition);
        }
        sql.push("SET LOCAL check_function_bodies = off".to_owned());
        for (kind, named) in [(queries::ROUTINES, &targets.routines), (queries::ENUMS, &targets.types)] {
            let schemas: Vec<&str> = named.iter().map(|one| one.schema.as_str()).collect();
            let named: Vec<&str> = named.iter().map(|one| one.name.as_str()).collect();
            for row in statement(kind).bind(&schemas).bind(&named).fetch_all(&mut session.conn).await? {
                let (of, definition): (TableName, String) = (name(&row, 0), row.get(2));
                let copy = self.copy(&of);
                sql.push(in_other_schema(&definition, &[&of], &copy.schema));
            }
        }
        Ok(sql)
    }

    fn copy(&self, of: &TableName) -> TableName {
        let schema = self.names.schemas.get(&of.schema).unwrap_or(&of.schema);
        TableName::new(schema.clone(), of.name.clone())
    }

    /// Whether copies don't look like what the file will meet: other migrations are at work there.
    pub fn is_busy(&self, busy: &BTreeSet<TableName>) -> bool {
        !self.originals.is_disjoint(busy)
    }

    /// Looks what relations there are now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn look(&mut self, session: &mut Session) -> Result<(), sqlx::Error> {
        let schemas: Vec<&str> = self.names.schemas.values().map(Ident::as_str).collect();
        let rows = statement(queries::THERE).bind(&schemas).fetch_all(&mut session.conn).await?;
        self.there = rows.iter().map(|row| Ident::new(row.get::<String, _>(0))).collect();
        Ok(())
    }

    /// Whether a statement may reach a relation of the application, since its copy is dropped or has another name.
    pub fn reaches_further(&self, run: &Run) -> bool {
        let words = migration::names(&run.sql);
        let mut gone = self.originals.iter().filter(|original| !self.there.contains(&original.name));
        !run.mild
            && gone.any(|original| words.contains(&original.name) && !run.makes.contains(&original.name))
    }
}

fn name(row: &sqlx::postgres::PgRow, at: usize) -> TableName {
    let (schema, name): (String, String) = (row.get(at), row.get(at + 1));
    TableName::new(Ident::new(schema), Ident::new(name))
}
