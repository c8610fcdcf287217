//! Which relations files are concerned with: a rehearsal reads the definition of these, and locks no others.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;

use crate::db::{Session, statement};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::migration::{self, Migration};
use crate::plan::Plan;
use crate::state::Record;

/// A database's relations, by what files have to do with them.
#[derive(Debug, Default)]
pub struct Related {
    /// Tables that the files name, and what depends on these: a copy without one of them is no copy.
    pub concerned: Vec<TableName>,
    /// Tables with rows among all that is copied: ordinary ones and partitions.
    pub with_rows: Vec<TableName>,
    /// What is copied: the same, with what they need and who refers to them.
    pub copied: usize,
    /// What is left out.
    left_out: Vec<TableName>,
}

/// Reads the catalog. A name is a name wherever it stands in a file: one table too many is copied rather than one too few.
pub async fn read(
    session: &mut Session,
    migrations: &[Migration],
    in_flight: &[Record],
    state_schema: &Ident,
) -> Result<Related> {
    let plans = in_flight.iter().filter_map(|record| record.plan.as_ref());
    let mut names: BTreeSet<Ident> = plans.flat_map(Plan::tables).map(|table| table.name.clone()).collect();
    for migration in migrations {
        names.extend(migration::names(&migration.source.text));
    }
    // what a function names may have triggers, and so functions, of its own
    let mut also = BTreeSet::new();
    for _ in 1..MOST_ROUNDS {
        let found = once(session, &names, &also, state_schema).await?;
        if found.in_bodies.is_subset(&also) {
            return Ok(found.related);
        }
        also.extend(found.in_bodies);
    }
    Ok(once(session, &names, &also, state_schema).await?.related)
}

/// How far functions are followed that name tables with triggers with functions.
const MOST_ROUNDS: usize = 6;

struct Found {
    related: Related,
    /// What the bodies of functions name.
    in_bodies: BTreeSet<Ident>,
}

async fn once(
    session: &mut Session,
    names: &BTreeSet<Ident>,
    also: &BTreeSet<Ident>,
    state_schema: &Ident,
) -> Result<Found> {
    let array =
        |names: &BTreeSet<Ident>| names.iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
    let query = statement(include_str!("related.sql"))
        .bind(array(names))
        .bind(array(also))
        .bind(names.contains(&Ident::new("schema")))
        .bind(state_schema.as_str());
    let mut found = Found { related: Related::default(), in_bodies: BTreeSet::new() };
    for row in query.fetch_all(&mut session.conn).await? {
        let kind: &str = row.try_get(2)?;
        if kind == "body" {
            found.in_bodies.extend(migration::names(row.try_get(1)?));
            continue;
        }
        let name = TableName::new(row.try_get::<&str, _>(0)?, row.try_get::<&str, _>(1)?);
        let (copied, concerned, of_extension): (bool, bool, bool) =
            (row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
        let related = &mut found.related;
        if !copied {
            related.left_out.push(name);
            continue;
        }
        related.copied += usize::from(kind != "S" && !of_extension);
        if concerned && kind != "S" {
            related.concerned.push(name.clone());
        }
        if kind == "r" && !of_extension {
            related.with_rows.push(name);
        }
    }
    Ok(found)
}

impl Related {
    /// What is left out, as patterns of pg_dump: alternatives, since each pattern is a search of its own.
    pub fn patterns(&self) -> Vec<String> {
        /// Far below the longest argument that a program may be given.
        const LONGEST: usize = 60_000;
        let mut by_schema: BTreeMap<&Ident, Vec<String>> = BTreeMap::new();
        for name in &self.left_out {
            by_schema.entry(&name.schema).or_default().push(name.name.to_string());
        }
        let mut patterns = Vec::new();
        for (schema, names) in by_schema {
            let mut alternatives = String::new();
            for name in names {
                if alternatives.len() + name.len() > LONGEST {
                    patterns.push(format!("{schema}.({alternatives})"));
                    alternatives.clear();
                }
                if !alternatives.is_empty() {
                    alternatives.push('|');
                }
                alternatives.push_str(&name);
            }
            patterns.push(format!("{schema}.({alternatives})"));
        }
        patterns
    }

    /// How many relations are left out.
    pub fn left_out(&self) -> usize {
        self.left_out.len()
    }
}
