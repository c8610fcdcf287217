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
    /// Those that the database has yet to see, and what is in flight there.
    ///
    /// # Errors
    /// Exit 23 where a migration is between two stages, and where one that was named has been carried out.
    pub async fn pending(
        self,
        session: &mut Session,
        context: &Context,
    ) -> Result<(Vec<Migration>, Vec<Record>)> {
        let (files, records) = context.with_records(self.files, session).await?;
        let record = |migration: &Migration| records.iter().find(|record| record.id == migration.id);
        for migration in &files {
            if let Some(record) = record(migration) {
                refuse_drift(migration, record)?;
            }
        }
        let done = |migration: &Migration| record(migration).is_some_and(|record| !is_pending(record));
        if let Some(done) = files.iter().filter(|_| self.named).find(|migration| done(migration)) {
            return Err(Error::refused(format!(
                "migration `{}` has been carried out in this database",
                done.id
            ))
            .hint("take the schema from before as `--schema FILE`"));
        }
        let pending = files.iter().filter(|migration| !done(migration)).cloned().collect();
        Ok((pending, in_flight(records)?))
    }
}

fn is_pending(record: &Record) -> bool {
    matches!(record.phase, Phase::Pending | Phase::RolledBack | Phase::Undone)
}

/// What a deployment contracts before it expands anything. Migrations that have nothing left to do are no part of it.
fn in_flight(records: Vec<Record>) -> Result<Vec<Record>> {
    let between = |record: &&Record| {
        matches!(record.phase, Phase::Expanding | Phase::RollingBack) || record.is_being_applied()
    };
    if let Some(record) = records.iter().find(between) {
        return Err(Error::refused(format!(
            "migration `{}` is {} in this database",
            record.id, record.phase
        ))
        .hint("let that end first; or take the schema from before as `--schema FILE`"));
    }
    let in_flight = |record: &Record| record.phase.in_flight();
    if records.iter().all(|record| !in_flight(record) || record.is_complete()) {
        return Ok(Vec::new());
    }
    Ok(records.into_iter().filter(in_flight).collect())
}
