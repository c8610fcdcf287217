//! `midflight lint`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::context::Context;
use crate::config::{Exclude, FailOn, LintSettings, Settings};
use crate::db::{Session, snapshot};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::lint::render::{self, Format, Input};
use crate::lint::{self, Created, Options, Policy, Report, Runner, Severity, Snapshot, Transaction};
use crate::migration::{self, Migration};
use crate::state::Phase;
use files::Files;

mod changed;
mod files;
mod fix;
mod known;
#[cfg(test)]
mod tests;

/// Look for changes that lock, rewrite or break what runs
///
/// Reads migrations and reports what they would do to a live database: which statements stop reads or writes and for
/// how long, which rewrite a table, which break the release that is running. No database is needed. A folder is read in
/// order, so that later files know what earlier ones made.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  midflight lint                              every migration of the configured folder
  midflight lint migrations/0042_orders.sql   one file
  midflight lint --runner midflight           what midflight takes online becomes advice
  midflight lint --disable drop-column        without one rule
  midflight lint --since origin/main          what a pull request changes
  midflight lint --write-baseline known.json  accept what is there, and with
  midflight lint --baseline known.json        hear of new findings only
  midflight lint --trace migrations/0042_orders.sql
  midflight lint --app src/                   what breaks in an application's own SQL
  midflight lint --fix migrations/0042_orders.sql        write the safe form
  midflight lint --fix --diff migrations/0042_orders.sql  show it
  git show HEAD:new.sql | midflight lint - --stdin-filename new.sql

`midflight explain RULE` tells why a finding matters. One statement is excused by a comment above it:
  -- midflight: allow drop-column because no release reads it since 2026-10

Changes: nothing; with --fix, the files. Needs no database.
Exits with: 0 below --fail-on, 2 wrong usage or unreadable file, 3 findings at or above --fail-on")]
pub struct LintArgs {
    /// Files, folders or globs; `-` reads standard input. Files named one by one count as deployed together
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// The name that findings about standard input carry; `.yaml` makes it YAML
    #[arg(long, value_name = "NAME", default_value = "stdin.sql")]
    pub stdin_filename: String,
    /// The server's major version, 14 to 18
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(14..=18))]
    pub pg_version: Option<u32>,
    /// In which transactions the runner executes a file; `statement` unless given
    #[arg(long, value_enum)]
    pub transaction: Option<Transaction>,
    /// Who executes the files; without it, `lint.runner` of midflight.yaml, else `sql`
    #[arg(long, value_enum)]
    pub runner: Option<Runner>,
    /// Rules to add to those that are on
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub enable: Vec<String>,
    /// Rules to leave out
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub disable: Vec<String>,
    /// Run the files in a throwaway server as well, and report what each statement really locks, rewrites and scans.
    /// Trace only files that you would run: they are executed. Needs PostgreSQL's server programs on this machine
    #[arg(long)]
    pub trace: bool,
    /// Look into this database as well: what is there, how large it is, which version. Reads catalogs only
    #[arg(long, env = "MIDFLIGHT_AGAINST", hide_env_values = true, value_name = "URL")]
    pub against: Option<String>,
    /// SQL files and programs of an application: which of their statements break through the views of `version_schemas`, or
    /// once the migrations have run
    #[arg(long, value_name = "FILE|DIR", conflicts_with_all = ["paths", "trace", "against", "since"])]
    pub app: Vec<String>,
    /// Report on files only that differ from where the branch left this commit; the others count as deployed
    #[arg(long, value_name = "GIT_REF")]
    pub since: Option<String>,
    /// Leave out the findings that this file knows; `lint.baseline` of midflight.yaml unless given
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write every finding of now into this file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "trace"])]
    pub write_baseline: Option<PathBuf>,
    /// Write the safe form of what has one into the files, and report what is left. Standard input is printed instead
    #[arg(long, conflicts_with_all = ["trace", "app", "write_baseline"])]
    pub fix: bool,
    /// With `--fix`: write nothing, and print what would change
    #[arg(long, requires = "fix")]
    pub diff: bool,
    /// The least severity that makes the command fail (exit 3); `error` unless given
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
}

/// What configuration and global flags say; arguments go first.
#[derive(Debug, Clone)]
pub struct LintDefaults {
    /// What to look at when no path is given.
    pub paths: Vec<String>,
    /// Files that are replayed and not reported on.
    pub exclude: Vec<Exclude>,
    /// The last migration that is replayed and not reported on.
    pub start_after: Option<String>,
    /// The file of findings that are known.
    pub baseline: Option<PathBuf>,
    /// Options of the configuration file.
    pub options: Options,
    /// What makes the command fail.
    pub fail_on: FailOn,
    /// The form of the report.
    pub format: Format,
    /// Whether a person's report has colours.
    pub color: bool,
}

/// What `lint` has to say, for the caller to print.
#[derive(Debug, Clone)]
pub struct LintOutcome {
    /// The report, rendered; ends with a newline unless it is empty.
    pub text: String,
    /// Whether a finding is at or above `--fail-on`: exit 3.
    pub failed: bool,
}

/// Prints the report. Findings at or above the threshold are exit 3, and the report says why.
pub async fn command(args: &LintArgs, format: Format, context: &Context) -> Result<()> {
    let defaults = LintDefaults::configured(format, context)?;
    let files = read_files(args, &defaults)?;
    let database = Database::read(args, &files.migrations, context).await?;
    if args.fix {
        return fix::command(files, args, &defaults, &database, context);
    }
    let looked = look(files, args, &defaults, &database)?;
    if let Some(path) = &args.write_baseline {
        let written = known::write(path, &looked.report, &looked.migrations)?;
        return context.printer.report(&written);
    }
    context.printer.report(&looked.render(&defaults))?;
    verdict(looked.failed)
}

/// Reads, checks, renders.
pub fn run(args: &LintArgs, defaults: &LintDefaults, database: &Database) -> Result<LintOutcome> {
    let looked = look(read_files(args, defaults)?, args, defaults, database)?;
    Ok(LintOutcome { text: looked.render(defaults), failed: looked.failed })
}

/// Files that were read and checked.
pub(super) struct Looked {
    pub migrations: Vec<Migration>,
    pub options: Options,
    pub report: Report,
    pub fails_at: Severity,
    pub failed: bool,
}

impl Looked {
    pub(super) fn render(&self, defaults: &LintDefaults) -> String {
        let input = Input {
            report: &self.report,
            migrations: &self.migrations,
            fails_at: self.fails_at,
            color: defaults.color,
        };
        render::render(defaults.format, input)
    }
}

/// Exit 3 where findings are at or above the threshold; the report, printed already, says why.
pub(super) fn verdict(failed: bool) -> Result<()> {
    if failed { Err(Error::new(Kind::Findings, "").reported()) } else { Ok(()) }
}

/// Reads the files, unless something is wrong with the options.
pub(super) fn read_files(args: &LintArgs, defaults: &LintDefaults) -> Result<Files> {
    options(args, &defaults.options)?;
    let paths = if args.paths.is_empty() { &defaults.paths } else { &args.paths };
    if args.since.is_some() && paths.iter().any(|path| path == "-") {
        return Err(Error::usage("`--since` is about files: git knows nothing of standard input")
            .hint("name the file, or lint standard input without `--since`"));
    }
    Files::read(paths, &args.stdin_filename)
}

/// Checks what was read.
pub(super) fn look(
    files: Files,
    args: &LintArgs,
    defaults: &LintDefaults,
    database: &Database,
) -> Result<Looked> {
    let options = chosen(&files.migrations, args, defaults, database)?;
    judge(files, options, args, defaults, database)
}

/// The options, with the files that are not reported on.
fn chosen(
    migrations: &[Migration],
    args: &LintArgs,
    defaults: &LintDefaults,
    database: &Database,
) -> Result<Options> {
    let mut options = options(args, &defaults.options)?;
    options.replayed = replayed(args, defaults, migrations)?;
    options.applied = applied(database, &options, migrations);
    Ok(options)
}

/// Checks what was read, with these options.
fn judge(
    Files { migrations, mut unread, mut mistakes }: Files,
    options: Options,
    args: &LintArgs,
    defaults: &LintDefaults,
    database: &Database,
) -> Result<Looked> {
    unread.retain(|(place, _)| !options.replayed.contains(place));
    mistakes.retain(|(place, _)| !options.replayed.contains(place));
    let mut report = migration::deep(|| lint::check_against(&database.snapshot, &migrations, &options))?;
    for (place, unread) in &unread {
        report.add_unread(*place, &migrations[*place], unread, &options);
    }
    for (place, mistake) in &mistakes {
        report.add_mistake(*place, &migrations[*place], mistake, &options);
    }
    let baseline = args.baseline.as_ref().or(defaults.baseline.as_ref());
    if let Some(path) = baseline.filter(|_| args.write_baseline.is_none()) {
        known::leave_out(path, &mut report, &migrations)?;
    }
    let fails_at = args.fail_on.unwrap_or(defaults.fail_on).severity();
    let failed = report.reaches(fails_at);
    Ok(Looked { migrations, options, report, fails_at, failed })
}

/// The files that a database has already: those of its records, and with `--since` all that didn't change.
fn applied(database: &Database, options: &Options, migrations: &[Migration]) -> BTreeSet<usize> {
    if database.snapshot.server_major.is_none() {
        return BTreeSet::new();
    }
    let recorded = |migration: &Migration| database.applied.contains(&migration.id);
    let places =
        migrations.iter().enumerate().filter(|(_, migration)| recorded(migration)).map(|(place, _)| place);
    places.chain(options.replayed.iter().copied()).collect()
}

/// Which of the files are there for the schema only.
fn replayed(args: &LintArgs, defaults: &LintDefaults, migrations: &[Migration]) -> Result<BTreeSet<usize>> {
    let changed = args.since.as_deref().map(changed::since).transpose()?;
    let is_changed = |path: &str| {
        let among = |changed: &BTreeSet<PathBuf>| {
            Path::new(path).canonicalize().map_or(true, |path| changed.contains(&path))
        };
        changed.as_ref().is_none_or(among)
    };
    let is_excluded = |path: &str| defaults.exclude.iter().any(|exclude| exclude.matches(path));
    let last = start_after(args, defaults, migrations)?;
    let paths = migrations.iter().map(|migration| migration.source.path.as_str()).enumerate();
    let replayed = paths.filter(|(place, path)| {
        last.is_some_and(|last| *place <= last) || is_excluded(path) || !is_changed(path)
    });
    Ok(replayed.map(|(place, _)| place).collect())
}

/// The place of the last migration that is not reported on, by `lint.start_after`. Among files that are named one by one
/// it need not be.
fn start_after(args: &LintArgs, defaults: &LintDefaults, migrations: &[Migration]) -> Result<Option<usize>> {
    let Some(last) = &defaults.start_after else { return Ok(None) };
    let is_it = |migration: &Migration| {
        let path = Path::new(&migration.source.path);
        migration.id == *last || path.file_name().is_some_and(|name| name == last.as_str())
    };
    let place = migrations.iter().position(is_it);
    if place.is_none() && args.paths.is_empty() {
        let error =
            Error::usage(format!("`lint.start_after` names `{last}`, and there is no such migration"));
        let near = crate::text::nearest(last, migrations.iter().map(|migration| migration.id.as_str()));
        return Err(error.hint(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write the name of the file as it stands in the folder".to_owned(),
        }));
    }
    Ok(place)
}

/// What `--against` found; nothing without it.
#[derive(Debug, Default)]
pub struct Database {
    /// What is there.
    pub snapshot: Snapshot,
    /// Migrations that are in the database already, by midflight's own records: they are not looked at again.
    pub applied: BTreeSet<String>,
}

impl Database {
    pub(super) async fn read(args: &LintArgs, migrations: &[Migration], context: &Context) -> Result<Self> {
        let Some(url) = &args.against else { return Ok(Self::default()) };
        let mut session = Session::connect(url, context.interrupt.clone()).await?;
        let records = context.records(&mut session).await?;
        let applied = records
            .into_iter()
            .filter(|record| record.phase.in_flight() || record.phase == Phase::Contracted);
        let applied: BTreeSet<String> = applied.map(|record| record.id).collect();
        let mut words = BTreeSet::new();
        for migration in migrations.iter().filter(|migration| !applied.contains(&migration.id)) {
            words.extend(migration.source.words());
        }
        let snapshot = snapshot::load(&mut session, &words).await?;
        Ok(Self { snapshot, applied })
    }
}

fn options(args: &LintArgs, defaults: &Options) -> Result<Options> {
    let mut options = defaults.clone();
    options.pg_version = args.pg_version.unwrap_or(options.pg_version);
    options.transaction = args.transaction.unwrap_or(options.transaction);
    options.runner = args.runner.unwrap_or(options.runner);
    for name in &args.enable {
        let rule = rule_named(name, "--enable")?;
        options.disable.remove(rule);
        options.enable.insert(rule);
    }
    for name in &args.disable {
        let rule = rule_named(name, "--disable")?;
        if args.enable.contains(name) {
            return Err(Error::usage(format!("`{rule}` is in `--enable` and in `--disable`")));
        }
        options.disable.insert(rule);
    }
    let files_alone = args.since.is_none()
        && !args.paths.is_empty()
        && args.paths.iter().all(|path| path == "-" || Path::new(path).is_file());
    options.created = if files_alone { Created::InRun } else { Created::InFile };
    Ok(options)
}

/// The rule of this name, or an error that names the nearest. `place` says where the name was written.
pub fn rule_named(name: &str, place: &str) -> Result<&'static str> {
    let name = name.trim();
    lint::find(name).map(|rule| rule.id).ok_or_else(|| {
        let hint = match lint::nearest(name) {
            Some(near) => format!("did you mean `{near}`? `midflight rules` lists them all"),
            None => "`midflight rules` lists them all".to_owned(),
        };
        let place = if place.is_empty() { String::new() } else { format!(" (in `{place}`)") };
        Error::usage(format!("there is no rule `{name}`{place}")).hint(hint)
    })
}

impl LintDefaults {
    /// What global flags and the configuration file say.
    pub(super) fn configured(format: Format, context: &Context) -> Result<Self> {
        let Settings { lint, migrations, schema, postgres_version, .. } = &context.settings;
        let mut defaults = Self::new(migrations.as_str(), Ident::new(schema.as_str()));
        if !lint.paths.is_empty() {
            defaults.paths.clone_from(&lint.paths);
        }
        defaults.exclude.clone_from(&lint.exclude);
        defaults.start_after.clone_from(&lint.start_after);
        defaults.baseline.clone_from(&lint.baseline);
        defaults.fail_on = lint.fail_on.unwrap_or_default();
        let options = &mut defaults.options;
        options.pg_version = postgres_version.unwrap_or(options.pg_version);
        options.runner = lint.runner.unwrap_or(options.runner);
        options.transaction = lint.transaction.unwrap_or(options.transaction);
        choose_rules(lint, options)?;
        defaults.format = format;
        defaults.color = context.printer.color;
        Ok(defaults)
    }

    /// What holds where no configuration says otherwise.
    pub fn new(migrations: impl Into<String>, schema: Ident) -> Self {
        Self {
            paths: vec![migrations.into()],
            exclude: Vec::new(),
            start_after: None,
            baseline: None,
            options: Options { default_schema: schema, ..Options::default() },
            fail_on: FailOn::default(),
            format: Format::default(),
            color: false,
        }
    }
}

/// Rules by the configuration file: one whose severity is set is on, unless it is `off`.
fn choose_rules(lint: &LintSettings, options: &mut Options) -> Result<()> {
    for (rule, level) in &lint.severity {
        match level.severity() {
            Some(severity) => {
                options.severity.insert(rule.0, severity);
                options.enable.insert(rule.0);
            }
            None => {
                options.disable.insert(rule.0);
            }
        }
    }
    options.policy = Policy { forbidden_types: lint.forbidden_types.clone(), naming: lint.naming.clone() };
    let agreed = [("forbidden-type", lint.forbidden_types.is_empty()), ("naming", lint.naming.is_empty())];
    options.enable.extend(agreed.iter().filter(|(_, is_empty)| !is_empty).map(|(rule, _)| rule));
    options.enable.extend(lint.enable.iter().map(|rule| rule.0));
    options.disable.extend(lint.disable.iter().map(|rule| rule.0));
    match lint.enable.iter().find(|rule| options.disable.contains(rule.0)) {
        Some(rule) => {
            let message = format!("`{}` is in `lint.enable`, and switched off in `lint` as well", rule.0);
            Err(Error::usage(message).hint("take it out of `disable`, or its `severity: off`"))
        }
        None => Ok(()),
    }
}
