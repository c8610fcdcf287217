//! `lint --app`: an application's SQL, held against version schemas and against what the migrations take away.

use std::path::{Path, PathBuf};

use super::context::Context;
use crate::error::{Error, Kind, Result};
use crate::lint::app::{AppFinding, Meets, is_program, look};
use crate::lint::render::Format;
use crate::migration::{self, source::Source};

/// What nobody wrote by hand, or what is not the application's.
const LEFT_OUT: [&str; 6] = ["node_modules", "target", "vendor", "dist", "build", "__pycache__"];

/// Prints what breaks; exit 3 where anything does.
pub fn command(paths: &[String], pg_version: Option<u32>, format: Format, context: &Context) -> Result<()> {
    let migrations = migration::folder(&context.settings.migrations)?;
    let views =
        context.settings.version_schemas || migrations.iter().any(|migration| migration.version_schema);
    let major = pg_version.or(context.settings.postgres_version).unwrap_or(14);
    let meets = Meets::new(&migrations, views, major);
    let own: Vec<PathBuf> = migration::paths(&context.settings.migrations)?
        .iter()
        .filter_map(|path| path.canonicalize().ok())
        .collect();
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(path), true, &mut files)?;
    }
    files.sort();
    files.dedup();
    files.retain(|file| file.canonicalize().map_or(true, |file| !own.contains(&file)));
    let mut found = Vec::new();
    for file in &files {
        let text = std::fs::read(file)
            .map_err(|error| Error::usage(format!("can't read `{}`: {error}", file.display())))?;
        let source = Source::new(file.display().to_string(), String::from_utf8_lossy(&text).into_owned());
        found.extend(look(&source, &meets));
    }
    tell(&found, files.len(), views, format, context)
}

/// Files that are named are read whatever their names; in folders, SQL and programs.
fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |error: std::io::Error| Error::usage(format!("can't read `{}`: {error}", path.display()));
    if !path.is_dir() {
        let shown = path.display().to_string();
        if named && !path.exists() {
            return Err(Error::usage(format!("there is no file `{shown}`")));
        }
        if named || is_program(&shown) || path.extension().is_some_and(|ending| ending == "sql") {
            files.push(path.to_owned());
        }
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let link = entry.file_type().map_err(failed)?.is_symlink();
        if !link && !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
            collect(&entry.path(), false, files)?;
        }
    }
    Ok(())
}

fn tell(found: &[AppFinding], files: usize, views: bool, format: Format, context: &Context) -> Result<()> {
    let summary = match found.len() {
        0 => format!("nothing found in {files} files"),
        1 => format!("1 statement breaks, in {files} files"),
        n => format!("{n} statements break, in {files} files"),
    };
    if format == Format::Json {
        context.printer.json(&serde_json::json!({
            "schema_version": 1, "version_schemas": views, "findings": found, "summary": { "files": files },
        }));
    } else {
        for one in found {
            let AppFinding { rule, path, line, column, message, help } = one;
            context.printer.out(&format!("{path}:{line}:{column}: {rule}: {message}\n  {help}"));
        }
        context.printer.say(&summary);
    }
    if found.is_empty() { Ok(()) } else { Err(Error::new(Kind::Findings, summary).reported()) }
}
