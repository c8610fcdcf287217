//! `report`: a page to look at and to keep.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::context::Context;
use super::status::{Listed, Look, rows};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::migration;
use crate::output::page::{self, Report, Story};
use crate::output::{Format, MigrationStatus};
use crate::state::{Record, seat};

/// How many migrations that are over are shown with their steps; the others are a line each.
const IN_FULL: usize = 10;

/// Write a page that shows where migrations stand, what happened and what contract will remove
///
/// One HTML file without script or network: stages, time line, rows with rate and rest, waits and their reasons, steps,
/// events. Constants of SQL are masked. Reading rights suffice, and it may run while another midflight works.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: the file. Locks: nothing.
Exits with: 0, whatever the phases are; 2 wrong name, or a file that is no report is in the way, 30 no database.

Examples:
  midflight report
  midflight report 0007_split_name --output 0007.html
  midflight report --output - > report.html
  midflight report --format json                        the same for programs")]
pub struct ReportArgs {
    /// Migrations; without names, all, and of those that are over the last ten in full
    #[arg(value_name = "MIGRATION")]
    pub names: Vec<String>,
    /// Where to write the page; `-` is standard output. A report that is there is replaced
    #[arg(long, value_name = "FILE", default_value = "midflight-report.html")]
    pub output: PathBuf,
}

/// Writes it.
pub async fn run(args: &ReportArgs, context: &Context) -> Result<()> {
    let to_stdout = args.output == Path::new("-");
    let for_people = context.printer.format == Format::Human;
    if for_people && !to_stdout {
        refuse_to_replace(&args.output)?;
    }
    let mut session = context.connect().await?;
    let files = files(&mut session, context).await?;
    let report = look(&args.names, &files, Look::AND_DRIFT, &mut session, context).await?;
    if !for_people {
        context.printer.json(&serde_json::to_value(&report).map_err(anyhow::Error::from)?);
        return Ok(());
    }
    let page = page::still(&report);
    if to_stdout {
        return context.printer.report(&page);
    }
    write(&args.output, &page)?;
    let in_flight = report.migrations.iter().filter(|story| story.status.in_flight).count();
    let all = match report.migrations.len() {
        1 => "1 migration".to_owned(),
        count => format!("{count} migrations"),
    };
    context.printer.say(&format!("wrote {}: {all}, {in_flight} in flight", args.output.display()));
    Ok(())
}

/// The ids of the migrations in the folder, as they are recorded. Who only looks at a database may have none.
pub(super) async fn files(session: &mut Session, context: &Context) -> Result<Vec<String>> {
    let folder = &context.settings.migrations;
    if !Path::new(folder).exists() && !folder.contains(['*', '?', '[']) {
        return Ok(Vec::new());
    }
    let (files, _) = context.with_records(migration::folder(folder)?, session).await?;
    Ok(files.into_iter().map(|file| file.id).collect())
}

/// Reads all that the page shows.
pub(super) async fn look(
    names: &[String],
    files: &[String],
    look: Look,
    session: &mut Session,
    context: &Context,
) -> Result<Report> {
    let seat = seat(&mut session.conn).await?;
    let records = context.records(session).await?;
    let ids = ids(names, files, &records)?;
    let listed: Vec<Listed<'_>> = ids.iter().map(|id| Listed { id, has_file: true }).collect();
    let statuses = rows(&listed, &records, look, session, context).await?;
    let in_full = in_full(names, &statuses);
    let wanted: Vec<&str> = in_full.iter().map(String::as_str).collect();
    let store = context.settings.store();
    let (mut steps, mut events) = (Vec::new(), Vec::new());
    if !wanted.is_empty() {
        steps = store.step_stories(&mut session.conn, &wanted).await?;
        events = store.event_stories(&mut session.conn, &wanted).await?;
    }
    let stories = statuses.into_iter().map(|status| {
        if !in_full.contains(&status.id) {
            return Story::brief(status);
        }
        let steps = steps.iter().filter(|step| step.migration == status.id).cloned().collect::<Vec<_>>();
        let events = events.iter().filter(|event| event.migration == status.id).cloned().collect();
        Story::in_full(status, seat.epoch, steps.into_iter(), events)
    });
    let stories = stories.collect();
    Ok(Report::new(seat, &context.settings.schema, stories))
}

/// The files in their order, and what is recorded beside them; or what is named.
fn ids(names: &[String], files: &[String], records: &[Record]) -> Result<Vec<String>> {
    let mut all = files.to_vec();
    all.extend(records.iter().map(|record| &record.id).filter(|id| !files.contains(id)).cloned());
    all.sort_by_key(|id| files.iter().position(|file| file == id).unwrap_or(usize::MAX));
    if names.is_empty() {
        return Ok(all);
    }
    for name in names {
        if !all.contains(name) {
            let error = Error::usage(format!("there is no migration `{name}`"));
            return Err(match crate::text::nearest(name, all.iter().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("`midflight status` lists them"),
            });
        }
    }
    Ok(all.into_iter().filter(|id| names.contains(id)).collect())
}

/// Those that are named or in flight, and the last of those that are over.
fn in_full(names: &[String], statuses: &[MigrationStatus]) -> Vec<String> {
    if !names.is_empty() {
        return names.to_vec();
    }
    let begun = |status: &&MigrationStatus| status.expanded_at.is_some() || status.contracted_at.is_some();
    let mut over: Vec<&MigrationStatus> =
        statuses.iter().filter(|status| !status.in_flight).filter(begun).collect();
    over.sort_by_key(|status| status.contracted_at.as_ref().or(status.expanded_at.as_ref()));
    let over = over.into_iter().rev().take(IN_FULL);
    statuses.iter().filter(|status| status.in_flight).chain(over).map(|status| status.id.clone()).collect()
}

/// Whatever is there and is no report was not written by this command: it stays.
fn refuse_to_replace(path: &Path) -> Result<()> {
    let mut start = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(page::MARK.len() as u64).read_to_end(&mut start));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::usage(format!("can't read what is at {}: {error}", path.display()))),
        Ok(_) if start.is_empty() || start == page::MARK.as_bytes() => Ok(()),
        Ok(_) => Err(Error::usage(format!("{} is there, and is no report of midflight", path.display()))
            .hint("give another name with `--output`, or remove the file")),
    }
}

/// Puts a complete file in the place of the one before.
fn write(path: &Path, page: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || {
        // as any new file: the umask decides
        let permissions = std::fs::Permissions::from_mode(0o666);
        let file =
            tempfile::Builder::new().prefix(".midflight-").permissions(permissions).tempfile_in(folder)?;
        std::fs::write(file.path(), page)?;
        file.persist(path).map(drop).map_err(|error| error.error)
    };
    written().map_err(|error| {
        Error::new(Kind::Failed, format!("can't write {}: {error}", path.display()))
            .hint("`--output` names another file, `--output -` is standard output")
    })
}
