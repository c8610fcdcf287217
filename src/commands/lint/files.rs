//! The files of a run: named, found in folders and by globs, or standard input.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::migration::{self, Migration, Outcome, Unread};

/// What was read, in the order in which it applies.
#[derive(Debug, Default)]
pub struct Files {
    /// The migrations; an empty one stands for each that can't be read.
    pub migrations: Vec<Migration>,
    /// What can't be read, by its place among the migrations.
    pub unread: Vec<(usize, Unread)>,
    /// Directives that are wrong, by the place of their file among the migrations.
    pub mistakes: Vec<(usize, Error)>,
}

/// One file to read.
enum Given {
    StandardInput,
    Named(PathBuf),
    Found(PathBuf),
}

impl Files {
    /// Reads what these paths name. A file that was named has to be there and to be text. What else can't be read, or
    /// makes no sense, is noted, and the others are read.
    ///
    /// # Errors
    /// Exit 2 for a path that leads to no migration.
    pub fn read(paths: &[String], stdin_filename: &str) -> Result<Self> {
        if paths.iter().filter(|path| *path == "-").count() > 1 {
            return Err(Error::usage("standard input can be read once only: give `-` once"));
        }
        let mut given = Vec::new();
        for path in paths {
            match path.as_str() {
                "-" => given.push(Given::StandardInput),
                path if Path::new(path).is_dir() || is_glob(path) => {
                    given.extend(found(path)?.into_iter().map(Given::Found));
                }
                path => given.push(Given::Named(PathBuf::from(path))),
            }
        }
        let on_disk = |given: &Given| match given {
            Given::Named(path) | Given::Found(path) => Some(path.clone()),
            Given::StandardInput => None,
        };
        let on_disk: Vec<PathBuf> = given.iter().filter_map(on_disk).collect();
        let mut outcomes = migration::read_all(&on_disk)?.into_iter();
        let mut files = Self::default();
        for one in given {
            let outcome = match one {
                Given::StandardInput => Some(standard_input(stdin_filename)?),
                Given::Named(_) => outcomes.next().map(as_text).transpose()?,
                Given::Found(_) => outcomes.next(),
            };
            files.extend(outcome);
        }
        Ok(files)
    }

    fn extend(&mut self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else { return };
        let (outcome, mistakes) = migration::read_leniently(outcome);
        let place = self.migrations.len();
        self.mistakes.extend(mistakes.into_iter().map(|mistake| (place, mistake)));
        match outcome {
            Ok(migration) => self.migrations.push(migration),
            Err(unread) => {
                self.migrations.push(Migration::empty(unread.source.clone()));
                self.unread.push((place, *unread));
            }
        }
    }
}

/// A named path that isn't text is a mistake on the command line.
fn as_text(outcome: Outcome) -> Result<Outcome> {
    match outcome {
        Err(unread) if !unread.is_text => Err(unread.error),
        outcome => Ok(outcome),
    }
}

fn standard_input(name: &str) -> Result<Outcome> {
    Ok(migration::try_parse(migration::standard_input(name)?))
}

fn found(pattern: &str) -> Result<Vec<PathBuf>> {
    let found = migration::paths(pattern)?;
    if found.is_empty() {
        let hint = match migration::folder_of_folders(pattern) {
            Some(glob) => format!(
                "each of its folders holds one: `midflight lint '{glob}'`, or `migrations: {glob}` in midflight.yaml"
            ),
            None => {
                "migrations are .sql and .yaml files; `midflight new NAME` writes the first one".to_owned()
            }
        };
        return Err(Error::usage(format!("there are no migrations in `{pattern}`")).hint(hint));
    }
    Ok(found)
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[']) && !Path::new(path).exists()
}
