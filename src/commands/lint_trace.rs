//! `midflight lint --trace`: the findings, and what a throwaway server really does.

use std::path::Path;

use serde_json::Value;

use super::context::Context;
use super::lint::{Database, LintArgs, LintDefaults, Looked};
use crate::error::{Error, Result};
use crate::lint::Options;
use crate::lint::render::Format;
use crate::migration::{self, Migration};
use crate::output::Traced;
use crate::trace::{Part, TraceOptions, Tracer, compare};

/// Checks, runs, compares, prints. Only findings decide about the exit code.
pub async fn command(args: &LintArgs, format: Format, context: &Context) -> Result<()> {
    if !matches!(format, Format::Human | Format::Json) {
        return Err(Error::usage("`--trace` reports to people and in JSON")
            .hint("leave out `--format`, or run `lint` twice: the findings are the same without `--trace`"));
    }
    let defaults = LintDefaults::configured(format, context)?;
    let files = super::lint::read_files(args, &defaults)?;
    let database = Database::read(args, &files.migrations, context).await?;
    let looked = super::lint::look(files, args, &defaults, &database)?;
    let Looked { migrations, options, report, failed, .. } = &looked;
    let history = siblings(&args.paths, &context.settings.migrations, migrations)?;
    let tracing = TraceOptions {
        transaction: options.transaction,
        created: options.created,
        schema: options.default_schema.clone(),
        ..TraceOptions::new(context.interrupt.clone())
    };
    let traced = Tracer::start(tracing).await?.trace(&parts(&history, migrations, options)).await?;
    let judged = compare::judge(&traced, migrations, &report.findings);
    let all: Vec<Migration> = migrations.iter().chain(&history).cloned().collect();
    let traced =
        Traced { report: &traced, judged: &judged, migrations: &all, schema: &options.default_schema };
    if format == Format::Json {
        let mut document: Value =
            serde_json::from_str(&looked.render(&defaults)).map_err(anyhow::Error::from)?;
        document["trace"] = traced.json();
        context.printer.json(&document);
    } else {
        context.printer.report(&format!("{}\n", looked.render(&defaults).trim_end()))?;
        context.printer.out(&format!("\n{}", traced.human()));
    }
    super::lint::verdict(*failed)
}

/// The other files of the folder that the named ones belong to: the configured one, else their own. A file from
/// standard input comes after all of the configured ones.
fn siblings(paths: &[String], configured: &str, migrations: &[Migration]) -> Result<Vec<Migration>> {
    let named =
        |path: &Path| migrations.iter().any(|migration| same(Path::new(&migration.source.path), path));
    let Some(first) = paths.first() else { return Ok(Vec::new()) };
    if first != "-" && !Path::new(first).is_file() {
        return Ok(Vec::new()); // a folder or a glob has its history in itself
    }
    let found = migration::folder(configured).unwrap_or_default();
    let belongs = first == "-" || found.iter().any(|it| same(Path::new(&it.source.path), Path::new(first)));
    let found = match Path::new(first).parent() {
        _ if belongs => found,
        Some(folder) if !folder.as_os_str().is_empty() => migration::folder(&folder.display().to_string())?,
        _ => migration::folder(".")?,
    };
    Ok(found.into_iter().filter(|it| !named(Path::new(&it.source.path))).collect())
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Files in their order: siblings before the last named one are history.
fn parts<'a>(siblings: &'a [Migration], named: &'a [Migration], options: &Options) -> Vec<Part<'a>> {
    let mut history = siblings.iter().peekable();
    let mut parts = Vec::new();
    for (place, migration) in named.iter().enumerate() {
        while let Some(earlier) = history.next_if(|sibling| comes_before(sibling, migration)) {
            parts.push(Part::Replayed(earlier));
        }
        let known = options.replayed.contains(&place) || options.applied.contains(&place);
        parts.push(if known { Part::Replayed(migration) } else { Part::Traced(migration) });
    }
    parts
}

/// Ids order files as their names do, and standard input comes last.
fn comes_before(sibling: &Migration, named: &Migration) -> bool {
    let file = Path::new(&named.source.path).is_file();
    !file || sibling.id < named.id
}
