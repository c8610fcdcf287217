//! `rehearse`: a file and its plan side by side, in a throwaway server.

mod both_ways;
mod chosen;
mod in_flight;

use std::path::PathBuf;

use super::context::Context;
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::migration::Migration;
use crate::output::{rehearsal_human, rehearsal_json};
use crate::rehearse::copies::{self, Copies};
use crate::rehearse::dump::dump;
use crate::rehearse::origin::{self, Traits};
use crate::rehearse::related::{self, Related};
use crate::rehearse::restore::Origin;
use crate::rehearse::sample::ForeignKey;
use crate::rehearse::{FileRun, Report, Rows, sample};
use crate::state::Record;
use both_ways::{BothWays, Refusal};

/// Take files by psql's way and by their plan, in a throwaway server, and compare what both leave
///
/// The throwaway server gets the definition of what the files are concerned with (by `pg_dump --schema-only`) and rows,
/// made up or real ones. There each file runs as plain SQL in one database, and through expand, backfill, verify and contract in
/// another; then catalogs and rows are compared. What a statement rewrites or scans is said with the time it took. Values
/// that differ by chance (a clock's, a random key's) are found and not compared.
///
/// The server goes when the command ends, however it ends, and real rows with it: they are nowhere but in its folder, which
/// nobody else can open.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing. Locks: ACCESS SHARE on the tables that the files are concerned with, for 1 s at most, and \
nothing with --schema.
Exits with: 0 both ways end alike, 24 they differ, 21 or 23 the plan is refused, as `plan` or `expand` would, 2 a wrong \
file, or PostgreSQL's server programs of the same major version or an extension are missing on this machine, 10 a \
table stays locked, 30 no database.

Examples:
  midflight rehearse                              all that is pending, in order
  midflight rehearse 0007_split_name --sample 500
  midflight rehearse --schema schema.sql          without a database
  midflight rehearse migrations/0007_split_name.sql --format json | jq '.files[].differences'")]
pub struct RehearseArgs {
    /// Files, or names of migrations; without any, every one that is pending
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// Rehearse on this schema instead of a database's: a file as `pg_dump --schema-only` writes it
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    pub schema: Option<PathBuf>,
    /// Copy up to this many real rows of each table, and the rows that they refer to, instead of making rows up
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub sample: Option<u32>,
}

/// Where schema and rows come from.
enum Place {
    Database { session: Box<Session>, related: Related, in_flight: Vec<Record> },
    File,
}

/// Rehearses.
///
/// # Errors
/// Exit 24 where a file ends differently, and what refuses its plan.
pub async fn run(args: &RehearseArgs, context: &Context) -> Result<()> {
    let migrations = chosen::read(&args.files, context)?;
    let (mut copies, mut place, migrations) = match &args.schema {
        Some(path) => {
            let text = copies::read_schema(path)?;
            let binaries = copies::binaries(copies::dumped_from(&text)).await?;
            let shown = path.display().to_string();
            let origin = Origin::File(&shown);
            let interrupt = context.interrupt.clone();
            let migrations: Vec<Migration> = migrations.files;
            (
                Copies::start(&binaries, Traits::unknown(), text, origin, interrupt).await?,
                Place::File,
                migrations,
            )
        }
        None => {
            let mut session = context.connect().await?;
            session.conn.set_alone("SET LOCAL lock_timeout = '1s'; SET TRANSACTION READ ONLY;");
            let (migrations, in_flight) = migrations.pending(&mut session, context).await?;
            let (copies, related) = of_database(&mut session, &migrations, &in_flight, context).await?;
            (copies, Place::Database { session: Box::new(session), related, in_flight }, migrations)
        }
    };
    if migrations.is_empty() {
        return tell(&report(&copies, &place, Rows::MadeUp { empty: Vec::new() }, Vec::new()), context);
    }
    let (rows, files) = match with_rows(args, &mut copies, &mut place, &migrations, context).await {
        Ok(done) => done,
        Err(Refusal { because: Some(because), .. }) if args.sample.is_none() => {
            copies.create(copies::BEFORE, copies::SCHEMA).await?;
            let empty = async {
                before_files(&copies, &place, context).await?;
                files(&mut copies, &migrations, context).await
            };
            let files = empty.await.map_err(Refusal::without_rows)?;
            (Rows::Empty { because }, files)
        }
        Err(refusal) => return Err(refusal.error),
    };
    tell(&report(&copies, &place, rows, files), context)
}

type Ran = (Rows, Vec<FileRun>);

async fn with_rows(
    args: &RehearseArgs,
    copies: &mut Copies,
    place: &mut Place,
    migrations: &[Migration],
    context: &Context,
) -> std::result::Result<Ran, Refusal> {
    let added = sample::added(migrations, &Ident::new(context.settings.schema.as_str()));
    let rows = rows(args, copies, place, &added).await?;
    before_files(copies, place, context).await?;
    Ok((rows, files(copies, migrations, context).await?))
}

/// Brings the copy to where the first file finds it.
async fn before_files(copies: &Copies, place: &Place, context: &Context) -> std::result::Result<(), Refusal> {
    if let Place::Database { in_flight, .. } = place {
        in_flight::contract(copies, in_flight, context).await?;
    }
    Ok(copies.refresh(copies::BEFORE).await?)
}

/// Copies what files are concerned with.
async fn of_database(
    session: &mut Session,
    migrations: &[Migration],
    in_flight: &[Record],
    context: &Context,
) -> Result<(Copies, Related)> {
    let store = context.settings.store();
    let traits = origin::read(session).await?;
    let binaries = copies::binaries(Some(traits.major)).await?;
    let program = binaries.client("pg_dump").ok_or_else(|| {
        Error::usage(format!("there is no `pg_dump` in {}", binaries.dir.display())).hint(
            "install PostgreSQL's client programs of the same version; or give the schema as `--schema FILE`",
        )
    })?;
    let related = related::read(session, migrations, in_flight, store.schema()).await?;
    let schema =
        dump(&program, session, &related, Some(store.schema()).filter(|_| in_flight.is_empty())).await?;
    let copies = Copies::start(&binaries, traits, schema, Origin::Dumped, context.interrupt.clone()).await?;
    copies.has_all(&related.concerned).await?;
    if !in_flight.is_empty() {
        in_flight::take_over(session, &copies, &store).await?;
    }
    Ok((copies, related))
}

/// Puts rows into the database that all others are copies of.
async fn rows(
    args: &RehearseArgs,
    copies: &mut Copies,
    place: &mut Place,
    added: &[ForeignKey],
) -> Result<Rows> {
    copies.create(copies::BEFORE, copies::SCHEMA).await?;
    let rows = match (args.sample, place) {
        (Some(most), Place::Database { session, related, .. }) => {
            let mut to = copies.connect(copies::BEFORE).await?;
            sample::copy(session, &mut to, &related.with_rows, most, added).await?;
            Rows::Sampled(most)
        }
        (_, Place::Database { .. } | Place::File) => {
            Rows::MadeUp { empty: copies.fill(copies::BEFORE).await? }
        }
    };
    Ok(rows)
}

/// One file after the other, up to the first that ends differently.
async fn files(
    copies: &mut Copies,
    migrations: &[Migration],
    context: &Context,
) -> std::result::Result<Vec<FileRun>, Refusal> {
    let mut both = BothWays::begin(copies, context).await?;
    let mut files: Vec<FileRun> = Vec::new();
    for migration in migrations {
        context.printer.say(&format!("rehearsing {}", migration.id));
        let earlier = files.iter().map(|file| file.migration.id.as_str()).collect::<Vec<_>>().join(", ");
        let run = both.run(migration).await.map_err(|refusal| refusal.after(&earlier))?;
        let goes_on = run.end.is_alike();
        files.push(run);
        if !goes_on {
            break;
        }
    }
    Ok(files)
}

fn report(copies: &Copies, place: &Place, rows: Rows, files: Vec<FileRun>) -> Report {
    let mut notes = copies.told.clone();
    let copied = match place {
        Place::Database { related, in_flight, .. } => {
            let ids: Vec<&str> = in_flight.iter().map(|record| record.id.as_str()).collect();
            if !ids.is_empty() {
                notes.push(format!("in flight, and contracted first: {}", ids.join(", ")));
            }
            match related.left_out() {
                0 => {}
                1 => notes.push("1 relation that no file is concerned with was not copied".to_owned()),
                more => {
                    notes.push(format!("{more} relations that no file is concerned with were not copied"));
                }
            }
            Some(related.copied)
        }
        Place::File => None,
    };
    Report {
        server: copies.version.clone(),
        rows,
        copied,
        notes,
        not_created: copies.not_created.clone(),
        files,
    }
}

fn tell(report: &Report, context: &Context) -> Result<()> {
    if context.for_machines() {
        context.printer.json(&rehearsal_json(report));
    } else if report.files.is_empty() {
        context.printer.say("rehearse: nothing is pending");
    } else {
        context.printer.out(&rehearsal_human(report, context.printer.verbose));
    }
    if report.is_alike() { Ok(()) } else { Err(Error::new(Kind::Differs, "").reported()) }
}
