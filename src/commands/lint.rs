//! `midflight lint`

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use super::context::Context;
use crate::config::Settings;
use crate::db::{Session, snapshot};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::lint::{self, Created, Options, Runner, Severity, Snapshot, Transaction, render};
use crate::migration::{self, Migration, source::Source};
use crate::output::Format;
use crate::state::Phase;

/// Look for changes that lock, rewrite or break what runs
///
/// Reads migrations and reports what they would do to a live database: which statements stop reads or writes and
/// for how long, which write a table again, which break the release that is running. No database is needed. A folder
/// is read in order, so that later files know what earlier ones made.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  midflight lint                              every migration of the configured folder
  midflight lint migrations/0042_orders.sql   one file
  midflight lint --runner midflight           what midflight takes online becomes advice
  midflight lint --disable drop-column        without one rule
  midflight lint --trace migrations/0042_orders.sql
  git show HEAD:new.sql | midflight lint - --stdin-filename new.sql

`midflight explain RULE` tells why a finding matters. One statement is excused by a comment above it:
  -- midflight: allow drop-column because no release reads it since 2026-10

Exit codes: 0 below --fail-on, 2 wrong usage or unreadable file, 3 findings at or above --fail-on")]
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
    #[arg(long, value_name = "URL")]
    pub against: Option<String>,
    /// The least severity that makes the command fail (exit 3); `error` unless given
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
}

/// What makes `lint` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Errors and warnings
    Warning,
}

/// The forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LintFormat {
    /// For a person
    #[default]
    Human,
    /// For a program
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// What configuration and global flags say; arguments go first.
#[derive(Debug, Clone)]
pub struct LintDefaults {
    /// What to look at when no path is given.
    pub migrations: String,
    /// Options of the configuration file.
    pub options: Options,
    /// The form of the report.
    pub format: LintFormat,
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
pub async fn command(args: &LintArgs, context: &Context) -> Result<()> {
    let defaults = LintDefaults::configured(context)?;
    let database = Database::read(args, context).await?;
    let outcome = run(args, &defaults, &database)?;
    if !outcome.text.is_empty() {
        context.printer.out(&outcome.text);
    }
    verdict(outcome.failed)
}

/// Reads, checks, renders.
pub fn run(args: &LintArgs, defaults: &LintDefaults, database: &Database) -> Result<LintOutcome> {
    let options = options(args, &defaults.options)?;
    let mut migrations = read(args, &defaults.migrations)?;
    migrations.retain(|migration| !database.applied.contains(&migration.id));
    let report = lint::check_against(&database.snapshot, &migrations, &options);
    let text = match defaults.format {
        LintFormat::Human => render::human(&report, &migrations, defaults.color),
        LintFormat::Json => render::json(&report),
        LintFormat::Github => render::github(&report),
    };
    Ok(LintOutcome { text, failed: failed(args, &report) })
}

pub(super) fn failed(args: &LintArgs, report: &lint::Report) -> bool {
    report.reaches(match args.fail_on.unwrap_or_default() {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
    })
}

/// Exit 3 where findings are at or above the threshold; the report, printed already, says why.
pub(super) fn verdict(failed: bool) -> Result<()> {
    if failed { Err(Error::new(Kind::Findings, "").reported()) } else { Ok(()) }
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
    pub(super) async fn read(args: &LintArgs, context: &Context) -> Result<Self> {
        let Some(url) = &args.against else { return Ok(Self::default()) };
        let mut session = Session::connect(url, context.interrupt.clone()).await?;
        let snapshot = snapshot::load(&mut session).await?;
        let records = context.records(&mut session).await?;
        let applied = records
            .into_iter()
            .filter(|record| record.phase.in_flight() || record.phase == Phase::Contracted);
        Ok(Self { snapshot, applied: applied.map(|record| record.id).collect() })
    }
}

pub(super) fn options(args: &LintArgs, defaults: &Options) -> Result<Options> {
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
    let files_alone =
        !args.paths.is_empty() && args.paths.iter().all(|path| path == "-" || Path::new(path).is_file());
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

pub(super) fn read(args: &LintArgs, configured: &str) -> Result<Vec<Migration>> {
    if args.paths.is_empty() {
        return folder(configured);
    }
    if args.paths.iter().filter(|path| *path == "-").count() > 1 {
        return Err(Error::usage("standard input can be read once only: give `-` once"));
    }
    let mut migrations = Vec::new();
    for path in &args.paths {
        match path.as_str() {
            "-" => migrations.push(stdin(&args.stdin_filename)?),
            path if Path::new(path).is_dir() || is_glob(path) => migrations.extend(folder(path)?),
            path => migrations.push(migration::read(path)?),
        }
    }
    Ok(migrations)
}

fn folder(pattern: &str) -> Result<Vec<Migration>> {
    let migrations = migration::folder(pattern)?;
    if migrations.is_empty() {
        return Err(Error::usage(format!("there are no migrations in `{pattern}`"))
            .hint("migrations are .sql and .yaml files; `midflight new NAME` writes the first one"));
    }
    Ok(migrations)
}

fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[']) && !Path::new(path).exists()
}

fn stdin(name: &str) -> Result<Migration> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Error::usage(format!("standard input can't be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::usage("standard input is not UTF-8").hint("convert it, for example with `iconv -t utf-8`")
    })?;
    migration::parse(Source::new(name, text))
}

impl LintDefaults {
    /// What global flags and the configuration file say.
    pub(super) fn configured(context: &Context) -> Result<Self> {
        let Settings { lint, migrations, schema, postgres_version, .. } = &context.settings;
        let mut defaults = Self::new(migrations.as_str(), Ident::new(schema.as_str()));
        let options = &mut defaults.options;
        options.pg_version = postgres_version.unwrap_or(options.pg_version);
        options.runner = lint.runner.unwrap_or(options.runner);
        for name in &lint.disable {
            options.disable.insert(rule_named(name, "lint.disable")?);
        }
        for (name, severity) in &lint.severity {
            options.severity.insert(rule_named(name, "lint.severity")?, *severity);
        }
        defaults.format = match context.printer.format {
            Format::Human => LintFormat::Human,
            Format::Json => LintFormat::Json,
            Format::Github => LintFormat::Github,
        };
        defaults.color = context.printer.color;
        Ok(defaults)
    }

    /// What holds where no configuration says otherwise.
    pub fn new(migrations: impl Into<String>, schema: Ident) -> Self {
        Self {
            migrations: migrations.into(),
            options: Options { default_schema: schema, ..Options::default() },
            format: LintFormat::default(),
            color: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args, FromArgMatches};

    fn args(words: &[&str]) -> LintArgs {
        let command = LintArgs::augment_args(clap::Command::new("lint").no_binary_name(true));
        LintArgs::from_arg_matches(&command.get_matches_from(words)).unwrap()
    }

    fn lint(words: &[&str]) -> Result<LintOutcome> {
        let defaults =
            LintDefaults { format: LintFormat::Json, ..LintDefaults::new("absent", Ident::new("public")) };
        run(&args(words), &defaults, &Database::default())
    }

    #[test]
    fn folders_are_history_and_files_are_one_deployment() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, sql: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, sql).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let one = write("1.sql", "CREATE TABLE t (a varchar(20));");
        let two = write("2.sql", "ALTER TABLE t ALTER a TYPE varchar(50);\nCREATE INDEX i ON t (a);");
        let whole = lint(&[dir.path().to_str().unwrap()]).unwrap();
        assert!(whole.failed && whole.text.contains("index-build-blocks-writes"));
        assert!(!whole.text.contains("change-type-rewrites"));
        let glob = lint(&[dir.path().join("*.sql").to_str().unwrap()]).unwrap();
        assert_eq!(glob.text, whole.text);
        let together = lint(&[&one, &two]).unwrap();
        assert!(!together.failed, "{}", together.text);
        let alone = lint(&[&two]).unwrap();
        assert!(alone.failed && alone.text.contains("change-type-rewrites"));
        assert!(!lint(&[&two, "--runner", "midflight"]).unwrap().failed);
        assert!(!lint(&[&two, "--disable", "index-build-blocks-writes"]).unwrap().failed);
        assert!(
            lint(&[&two, "--disable", "index-build-blocks-writes", "--fail-on", "warning"]).unwrap().failed
        );
    }

    #[test]
    fn mistakes_are_usage_errors_with_a_hint() {
        let dir = tempfile::tempdir().unwrap();
        let empty = dir.path().to_str().unwrap();
        for words in [&["absent.sql"][..], &[], &[empty], &["x.sql", "--disable", "drop-colum"], &["-", "-"]]
        {
            let error = lint(words).unwrap_err();
            assert_eq!(error.kind.exit_code(), 2, "{words:?}");
            assert!(error.hint.is_some() || words.len() == 2, "{words:?}: {error}");
        }
        let error = lint(&["x.sql", "--disable", "drop-table,drop-colum"]).unwrap_err();
        assert!(error.hint.unwrap().contains("`drop-column`"));
    }
}
