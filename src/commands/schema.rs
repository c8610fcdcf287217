//! `schema`: where a release finds its tables, when each has a version schema.

use super::context::Context;
use crate::catalog::{Version, version_schema};
use crate::db::versions;
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::lint::render::Format;
use crate::migration::{self, Migration};
use crate::state::{Phase, Record};

/// Print the version schema of a release: the first of its search_path
///
/// With `version_schemas` each release reads and writes through views in a schema of its own. The name follows from the
/// last migration that the release knows, so that no database is needed: call it where the application is built or
/// started, with the migrations that it was built with.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing. Locks: nothing.
Exits with: 0, 2 no migration has a version schema, 4 `--latest` and none is readable yet, 30 no database.

Examples:
  midflight schema                          public_0007_split_name
  midflight schema --latest                 of the newest migration whose rows are all there
  midflight schema --format env             PGOPTIONS=-csearch_path=public_0007_split_name,public
  midflight schema --format url             DATABASE_URL with that search_path")]
pub struct SchemaArgs {
    /// The last migration that the release knows; without one, the last of the folder
    #[arg(value_name = "MIGRATION")]
    pub migration: Option<String>,
    /// The newest one whose rows are backfilled and verified, as the database has it
    #[arg(long, conflicts_with = "migration")]
    pub latest: bool,
}

/// Prints it.
pub async fn run(args: &SchemaArgs, format: Format, context: &Context) -> Result<()> {
    let files = migration::folder(&context.settings.migrations)?;
    let of = &context.settings.schema;
    let found = match (&args.migration, args.latest) {
        (Some(name), _) => {
            let named = super::stage::named(std::slice::from_ref(name), &files)?;
            named.first().map(|migration| (migration.id.clone(), version_schema(of, &migration.id)))
        }
        (None, true) => Some(latest(&files, context).await?),
        (None, false) => {
            let last = files.iter().rfind(|migration| has_version(migration, context));
            last.map(|migration| (migration.id.clone(), version_schema(of, &migration.id)))
        }
    };
    let (migration, schema) = found.ok_or_else(|| {
        Error::usage("no migration has a version schema").hint(
            "set `version_schemas: true` in midflight.yaml, or `-- midflight: version_schemas` in a file",
        )
    })?;
    let path = format!("{schema},{}", Ident::new(of.as_str()));
    match format {
        Format::Json => context.printer.json(&serde_json::json!({
            "schema_version": 1, "migration": migration, "schema": schema, "search_path": path,
        })),
        Format::Url => context.printer.out(&url(context.settings.database_url()?, &path)),
        Format::Env => context.printer.out(&format!("PGOPTIONS={}", option(&path))),
        Format::Human
        | Format::Name
        | Format::Github
        | Format::Sarif
        | Format::Gitlab
        | Format::Markdown
        | Format::Gcc
        | Format::Junit => {
            context.printer.out(schema.as_str());
        }
    }
    Ok(())
}

fn has_version(migration: &Migration, context: &Context) -> bool {
    context.settings.version_schemas || migration.version_schema
}

/// The newest one whose rows are right: by the files, or by the schemas that are there where there are no files.
async fn latest(files: &[Migration], context: &Context) -> Result<(String, Ident)> {
    let mut session = context.connect().await?;
    let records = context.records(&mut session).await?;
    let readable = |id: &str| records.iter().any(|record| record.id == id && is_readable(record));
    let of = &context.settings.schema;
    let file = files.iter().rfind(|migration| has_version(migration, context) && readable(&migration.id));
    let found = match file {
        Some(migration) => Some((migration.id.clone(), version_schema(of, &migration.id))),
        None => {
            let mut known = versions(&mut session.conn).await?;
            known.retain(|known| known.mark.schema == *of);
            // The release that ran when the first one was made may have come without midflight, and has no record then.
            let unrecorded = |id: &str| !records.iter().any(|record| record.id == id);
            let is_readable = |version: &&Version| {
                let migration = &version.mark.migration;
                readable(migration) || unrecorded(migration)
            };
            known
                .iter()
                .rfind(is_readable)
                .map(|version| (version.mark.migration.clone(), version.schema.clone()))
        }
    };
    found.ok_or_else(|| {
        Error::new(Kind::NotYet, "no migration with a version schema is backfilled and verified")
            .hint("`midflight status --wait backfilled` waits for it")
    })
}

fn is_readable(record: &Record) -> bool {
    match record.phase {
        Phase::Backfilled => record.verified,
        Phase::Contracting | Phase::Contracted | Phase::Purging => true,
        Phase::Pending
        | Phase::Expanding
        | Phase::Expanded
        | Phase::Backfilling
        | Phase::Undoing
        | Phase::Undone
        | Phase::RollingBack
        | Phase::RolledBack => false,
    }
}

/// What libpq passes to the server: a space ends an option there unless a backslash stands before it.
fn option(path: &str) -> String {
    let mut written = String::from("-csearch_path=");
    for c in path.chars() {
        if c == '\\' || c.is_whitespace() {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

/// The URL with the option added to those that it has.
fn url(database: &str, path: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let added = utf8_percent_encode(&option(path), KEPT).to_string();
    let (address, query) = database.split_once('?').unwrap_or((database, ""));
    let mut parameters: Vec<String> =
        query.split('&').filter(|parameter| !parameter.is_empty()).map(str::to_owned).collect();
    match parameters.iter_mut().find(|parameter| parameter.starts_with("options=")) {
        Some(options) => options.push_str(&format!("%20{added}")),
        None => parameters.push(format!("options={added}")),
    }
    format!("{address}?{}", parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_keeps_what_it_has() {
        assert_eq!(
            url("postgres://a@h/d", "public_1,public"),
            "postgres://a@h/d?options=-csearch_path%3Dpublic_1%2Cpublic"
        );
        assert_eq!(
            url("postgres://a@h/d?sslmode=require&options=-cwork_mem%3D1MB", "v,\"My Shop\""),
            "postgres://a@h/d?sslmode=require&options=-cwork_mem%3D1MB%20-csearch_path%3Dv%2C%22My%5C%20Shop%22"
        );
    }
}
