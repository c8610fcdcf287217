//! `new`: a migration file to fill in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::context::Context;
use crate::error::{Error, Result};
use crate::migration;

mod number;

/// Write a commented migration file with the next number
///
/// The number continues those of the folder, in their style: `0008_…`, `V3__…`, a date, seconds since 1970. The file
/// holds the common changes as comments.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: one new file; what is there is never overwritten. Needs no database.
Exits with: 0 written, its path on standard output; 2 a name that makes no file name, or a folder that can't be written.

Examples:
  midflight new rename_customer
  midflight new split_name --yaml
  midflight new widen_id --migrations 'prisma/migrations/*/migration.sql'")]
pub struct NewArgs {
    /// What the migration does, in a few words: `rename_customer`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// YAML instead of SQL: for changes that need `up` and `down`
    #[arg(long)]
    pub yaml: bool,
}

/// Writes the file and says where.
///
/// # Errors
/// Exit 2 for a name that makes no file name, or a folder that can't be written.
pub fn run(args: &NewArgs, context: &Context) -> Result<()> {
    let name = args.name.to_lowercase().replace([' ', '-'], "_");
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(Error::usage(format!("`{}` can't be part of a file name", args.name))
            .hint("use letters, digits and `_`, such as `rename_customer`"));
    }
    let pattern = &context.settings.migrations;
    let there = if Path::new(pattern).exists() || is_glob(pattern) {
        migration::folder(pattern)?
    } else {
        Vec::new()
    };
    let ids = there.iter().map(|migration| migration.id.as_str());
    let id = number::Style::of(ids).id(&name, SystemTime::now());
    let ways = there.last().is_some_and(|migration| migration.source.path.ends_with(".up.sql"));
    let (ending, text) = match args.yaml {
        true => ("yaml", include_str!("new/template.yaml")),
        false if ways => ("up.sql", include_str!("new/template.sql")),
        false => ("sql", include_str!("new/template.sql")),
    };
    let path = place(pattern, &id, ending)?;
    write(&path, text).map_err(|error| Error::usage(format!("can't write `{}`: {error}", path.display())))?;
    if context.for_machines() {
        context.printer.json(&serde_json::json!({ "schema_version": 1, "id": id, "path": path }));
    } else {
        context.printer.out(&path.display().to_string());
    }
    Ok(())
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Where a new migration belongs: in the folder, or where the glob finds it.
fn place(pattern: &str, id: &str, ending: &str) -> Result<PathBuf> {
    if !is_glob(pattern) {
        return Ok(Path::new(pattern).join(format!("{id}.{ending}")));
    }
    let unclear = || {
        Error::usage(format!("`{pattern}` doesn't say where a new file belongs"))
            .hint("give the folder: `midflight new NAME --migrations DIR`")
    };
    // `DIR/*.sql` holds files; `DIR/*/migration.sql` holds a folder for each
    let (before, file) = pattern.rsplit_once('/').unwrap_or((".", pattern));
    match before.strip_suffix("/*") {
        Some(folder) if !is_glob(folder) && !is_glob(file) && file.ends_with(&format!(".{ending}")) => {
            Ok(Path::new(folder).join(id).join(file))
        }
        None if !is_glob(before) => Ok(Path::new(before).join(format!("{id}.{ending}"))),
        _ => Err(unclear()),
    }
}

/// Writes a file that must not be there.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_goes_where_the_others_are() {
        let place = |pattern: &str| place(pattern, "0002_x", "sql").map(|path| path.display().to_string());
        assert_eq!(place("migrations").unwrap(), "migrations/0002_x.sql");
        assert_eq!(place("db/*.sql").unwrap(), "db/0002_x.sql");
        assert_eq!(
            place("prisma/migrations/*/migration.sql").unwrap(),
            "prisma/migrations/0002_x/migration.sql"
        );
        assert!(place("services/*/migrations/*.sql").is_err());
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0001_x.sql");
        write(&path, "first").unwrap();
        assert!(write(&path, "second").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
    }
}
