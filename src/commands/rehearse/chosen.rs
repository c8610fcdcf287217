//! Which files are rehearsed: those that are named, by path or as migrations, else all that are pending.

use std::path::Path;

use crate::commands::context::{Context, refuse_drift};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::migration::{self, Migration};
use crate::state::{Phase, Record};

/// The files, and whether somebody named them.
pub struct Chosen {
    pub files: Vec<Migration>,
    named: bool,
}

/// Reads them.
///
/// # Errors
/// Exit 2 for what is neither a file nor a migration.
pub fn read(names: &[String], context: &Context) -> Result<Chosen> {
    if names.is_empty() {
        return Ok(Chosen { files: context.migrations()?, named: false });
    }
    let folder = migration::folder(&context.settings.migrations).unwrap_or_default();
    let mut files: Vec<Migration> = Vec::new();
    for name in names {
        let path = Path::new(name);
        let found = folder.iter().find(|one| one.id == *name || is(one, path));
        let file = match found {
            Some(found) => found.clone(),
            None if path.is_file() => migration::read(path)?,
            None => {
                crate::commands::stage::named(std::slice::from_ref(name), &folder)?;
                continue;
            }
        };
        if files.iter().any(|one| one.id == file.id) {
            return Err(Error::usage(format!("migration `{}` is named twice", file.id)));
        }
        files.push(file);
    }
    Ok(Chosen { files, named: true })
}

fn is(migration: &Migration, path: &Path) -> bool {
    matches!((Path::new(&migration.source.path).canonicalize(), path.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

impl Chosen {
    /// Those that the database has yet to see.
    ///
    /// # Errors
    /// Exit 23 where a migration is in flight, and where one that was named has been carried out.
    pub async fn pending(self, session: &mut Session, context: &Context) -> Result<Vec<Migration>> {
        let (files, records) = context.with_records(self.files, session).await?;
        let record = |migration: &Migration| records.iter().find(|record| record.id == migration.id);
        for migration in &files {
            if let Some(record) = record(migration) {
                refuse_drift(migration, record)?;
            }
        }
        refuse_in_flight(&records)?;
        let done = |migration: &Migration| record(migration).is_some_and(|record| !is_pending(record));
        if let Some(done) = files.iter().filter(|_| self.named).find(|migration| done(migration)) {
            return Err(Error::refused(format!(
                "migration `{}` has been carried out in this database",
                done.id
            ))
            .hint("take the schema from before as `--schema FILE`"));
        }
        Ok(files.into_iter().filter(|migration| !done(migration)).collect())
    }
}

fn is_pending(record: &Record) -> bool {
    matches!(record.phase, Phase::Pending | Phase::RolledBack)
}

fn refuse_in_flight(records: &[Record]) -> Result<()> {
    let Some(record) = records.iter().find(|record| record.phase.in_flight() && !record.is_complete()) else {
        return Ok(());
    };
    Err(Error::refused(format!(
        "migration `{}` is {}: the schema is between two shapes",
        record.id, record.phase
    ))
    .hint("rehearse before expand or after contract; or take the schema from before as `--schema FILE`"))
}
