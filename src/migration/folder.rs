//! A folder, or a glob, of migration files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::read::read_all;
use super::{Migration, file, flyway};
use crate::error::{Error, Result};

/// Reads every migration that a folder or a glob holds, in the order in which they apply. None is no error here.
pub fn read(pattern: &str) -> Result<Vec<Migration>> {
    let mut migrations: Vec<Migration> = Vec::new();
    let mut paths_by_id = BTreeMap::new();
    let paths = paths(pattern)?;
    let repeatable = flyway::repeatable(&paths);
    for ((path, outcome), repeatable) in paths.iter().zip(read_all(&paths)?).zip(repeatable) {
        let migration = Migration { repeatable, ..outcome.map_err(|unread| unread.error)? };
        if let Some(earlier) = paths_by_id.insert(migration.id.clone(), path) {
            let message = format!(
                "`{}` and `{}` are both migration `{}`",
                earlier.display(),
                path.display(),
                migration.id
            );
            return Err(Error::usage(message).hint("rename one of them: the name is the migration's id"));
        }
        migrations.push(migration);
    }
    Ok(migrations)
}

/// The files of a folder or glob, in the order in which they apply: by name, or as Flyway has it.
pub fn paths(pattern: &str) -> Result<Vec<PathBuf>> {
    let folder = Path::new(pattern);
    let mut paths: Vec<PathBuf> = if folder.is_dir() {
        entries(folder)
            .map_err(|error| Error::usage(format!("the folder `{pattern}` can't be read: {error}")))?
    } else if is_glob(pattern) {
        let found = glob::glob(pattern).map_err(|error| {
            Error::usage(format!("`{pattern}` is not a pattern: {}", error.msg))
                .hint("a pattern is like `prisma/migrations/*/migration.sql`")
        })?;
        found.collect::<Result<_, _>>().map_err(|error| {
            Error::usage(format!("`{}` can't be read: {}", error.path().display(), error.error()))
        })?
    } else if folder.is_file() {
        vec![folder.to_owned()]
    } else {
        let error = Error::usage(format!("there is no folder `{pattern}`"));
        return Err(
            error.hint("create it, or name another with `--migrations` or `migrations:` in midflight.yaml")
        );
    };
    paths.retain(|path| file::is_migration(path) && path.is_file());
    paths.sort();
    Ok(flyway::arrange(paths))
}

fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

/// Names of the files that tools put in a folder for each migration: Prisma's, Diesel's.
const IN_FOLDERS: &[&str] = &["migration.sql", "up.sql"];

/// The pattern for a folder in which each migration is a folder of its own.
pub fn folder_of_folders(folder: &str) -> Option<String> {
    let folders = entries(Path::new(folder)).ok()?;
    let holds = |file: &&&str| folders.iter().any(|entry| entry.join(file).is_file());
    let file = IN_FOLDERS.iter().find(holds)?;
    Some(format!("{}/*/{file}", folder.trim_end_matches('/')))
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_folders_and_globs_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "drop table a;").unwrap();
        };
        let ids = |pattern: &str| -> Vec<String> {
            let pattern = dir.path().join(pattern);
            read(pattern.to_str().unwrap()).unwrap().into_iter().map(|migration| migration.id).collect()
        };
        for name in
            ["m/2.sql", "m/1.up.sql", "m/1.down.sql", "m/note.md", "p/b/migration.sql", "p/a/migration.sql"]
        {
            write(name);
        }
        std::fs::create_dir(dir.path().join("none")).unwrap();
        assert_eq!(ids("m"), ["1", "2"]);
        assert_eq!(ids("p/*/migration.sql"), ["a", "b"]);
        assert!(ids("none").is_empty());
        std::fs::write(dir.path().join("m/1.yaml"), "operations: [{drop_table: {table: a}}]").unwrap();
        let error = read(dir.path().join("m").to_str().unwrap()).unwrap_err();
        assert!(error.message.contains("both migration `1`"), "{error}");
        assert!(read(dir.path().join("absent").to_str().unwrap()).is_err());
    }
}
