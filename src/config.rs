//! Settings: flags over environment over `midflight.yaml` over defaults, resolved once.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::fleet::membership::Membership;
use crate::ident::Ident;
use crate::migration::source::Source;
use crate::migration::yaml_error;
use crate::state::Store;

mod lint;
mod pace;
mod span;
mod throttle;

pub use lint::{Exclude, FailOn, Level, LintSettings, RuleName};
pub use pace::Pace;
pub use span::Span;
pub use throttle::{Autovacuum, Limit, LimitChange, Size, ThrottleSettings};

/// Everything that can be configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folder or glob of migration files.
    pub migrations: String,
    /// The database, when not given by flag or environment.
    pub database_url: Option<String>,
    /// The schema of unqualified names.
    pub schema: String,
    /// The schema that holds midflight's own tables.
    pub state_schema: String,
    /// The PostgreSQL version that lint assumes without a database.
    pub postgres_version: Option<u32>,
    /// DDL locks.
    pub lock: LockSettings,
    /// Row conversion.
    pub backfill: BackfillSettings,
    /// Limits beyond which a backfill waits.
    pub throttle: ThrottleSettings,
    /// What contract demands.
    pub contract: ContractSettings,
    /// Questions that have to be answered with yes before backfill and contract.
    pub gates: Vec<Gate>,
    /// Standbys that answer reads, by URL: their statements are waited for before a lock that stops reads.
    pub standbys: Vec<String>,
    /// Whether each release gets a schema with views, in which it sees its own columns, names and types.
    pub version_schemas: bool,
    /// `apply`.
    pub apply: ApplySettings,
    /// The linter.
    pub lint: LintSettings,
    /// The fleet on whose behalf the command works.
    #[serde(skip)]
    pub fleet: Option<Membership>,
}

/// The environment variable that goes before `schema`.
pub const SCHEMA_VARIABLE: &str = "MIDFLIGHT_SCHEMA";

/// Plain SQL on a database that no release uses.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApplySettings {
    /// Applications, by `application_name`, that don't make a database one in use.
    pub ignore: Vec<String>,
}

/// How long and how often midflight asks for a lock.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LockSettings {
    /// The longest `lock_timeout` of an attempt, and so the longest wait of the application behind it. Only an
    /// autovacuum that is to yield is waited for longer (`exec/blockers.rs`).
    pub timeout: Span,
    /// Attempts.
    pub attempts: u32,
    /// Time for all attempts together.
    pub deadline: Span,
    /// Which sessions in the way may be ended.
    pub kill_blockers: KillBlockers,
    /// How long one transaction has to be in the way before.
    pub kill_after: Span,
}

/// Which sessions that hold a table midflight needs may be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum KillBlockers {
    /// None: they are named and waited for
    #[default]
    Never,
    /// Those that do nothing in an open transaction
    #[value(alias = "idle_in_transaction")]
    #[serde(alias = "idle-in-transaction")]
    IdleInTransaction,
    /// Those at work too: their statement is cancelled, and the session ended where that doesn't help
    Any,
}

/// How rows are converted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackfillSettings {
    /// How long the statement of a batch should take while nobody else uses the server.
    pub target: Span,
    /// The same while other sessions are at work: a row that the application wants is locked for about this long.
    pub busy_target: Span,
    /// A pause after each batch.
    pub pause: Span,
    /// The most rows of a batch.
    pub max_batch: u32,
    /// How many connections convert a table side by side.
    pub workers: u32,
    /// How long a throttle may hold a backfill in one piece.
    pub max_throttle: Span,
}

/// What has to hold before contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContractSettings {
    /// Refuse the release that expanded.
    pub new_release: bool,
    /// How long a migration has to be expanded.
    pub min_soak: Span,
    /// How long a `midflight soak` has to have passed since expand.
    pub require_soak: Span,
    /// How long no write may have come through the old side, where that can be told.
    pub require_quiet: Span,
    /// How long it keeps what it would remove, hidden and in step, so that `undo` can bring it back.
    pub keep: Span,
}

/// A question to the outside.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "GateKeys")]
pub enum Gate {
    /// A query whose first column has to be true.
    Sql {
        /// What it is called in messages.
        name: String,
        /// The query.
        sql: String,
    },
    /// A shell command that has to end with 0.
    Command {
        /// What it is called in messages.
        name: String,
        /// The command.
        command: String,
    },
    /// A URL that has to answer with a status of success (200 to 299).
    Http {
        /// What it is called in messages.
        name: String,
        /// The URL.
        http: String,
    },
}

/// An entry of `gates` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateKeys {
    name: String,
    sql: Option<String>,
    command: Option<String>,
    http: Option<String>,
}

impl TryFrom<GateKeys> for Gate {
    type Error = &'static str;

    fn try_from(keys: GateKeys) -> Result<Self, Self::Error> {
        let name = keys.name;
        match (keys.sql, keys.command, keys.http) {
            (Some(sql), None, None) => Ok(Self::Sql { name, sql }),
            (None, Some(command), None) => Ok(Self::Command { name, command }),
            (None, None, Some(http)) => Ok(Self::Http { name, http }),
            _ => Err("a gate has one of `sql`, `command` and `http`"),
        }
    }
}

impl Gate {
    /// What it is called in messages.
    pub fn name(&self) -> &str {
        match self {
            Self::Sql { name, .. } | Self::Command { name, .. } | Self::Http { name, .. } => name,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            migrations: "migrations".to_owned(),
            database_url: None,
            schema: "public".to_owned(),
            state_schema: "midflight".to_owned(),
            postgres_version: None,
            lock: LockSettings::default(),
            backfill: BackfillSettings::default(),
            throttle: ThrottleSettings::default(),
            contract: ContractSettings::default(),
            gates: Vec::new(),
            standbys: Vec::new(),
            version_schemas: false,
            apply: ApplySettings::default(),
            lint: LintSettings::default(),
            fleet: None,
        }
    }
}

impl Default for LockSettings {
    fn default() -> Self {
        let ms = |n| Span(Duration::from_millis(n));
        Self {
            timeout: ms(500),
            attempts: 40,
            deadline: ms(30 * 60 * 1000),
            kill_blockers: KillBlockers::Never,
            kill_after: ms(30_000),
        }
    }
}

impl Default for BackfillSettings {
    /// 50 ms: longer batches are hardly faster, and a session that comes along waits no longer than that. 2 ms: the
    /// application's 99th percentile follows the length of a batch; shorter ones cost more than they gain
    /// (docs/benchmarks.md).
    fn default() -> Self {
        Self {
            target: Span(Duration::from_millis(50)),
            busy_target: Span(Duration::from_millis(2)),
            pause: Span(Duration::ZERO),
            max_batch: 50_000,
            workers: 1,
            max_throttle: Span(Duration::from_secs(6 * 60 * 60)),
        }
    }
}

impl Default for ContractSettings {
    fn default() -> Self {
        let none = Span(Duration::ZERO);
        Self { new_release: true, min_soak: none, require_soak: none, require_quiet: none, keep: none }
    }
}

impl Settings {
    /// Reads the configuration file. Without a name, `midflight.yaml` is read where it exists.
    ///
    /// # Errors
    /// Exit 2 with the place for unknown keys, wrong values, and unset `${NAME}`.
    pub fn load(path: Option<&Path>) -> Result<Self> {
        let named = path.unwrap_or(Path::new("midflight.yaml"));
        let text = match std::fs::read_to_string(named) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.is_none() => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(Error::usage(format!("can't read configuration `{}`: {error}", named.display())));
            }
        };
        Self::parse(&Source::new(named.display().to_string(), text), |name| std::env::var(name).ok())
    }

    fn parse(source: &Source, environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let text = substitute(source, environment)?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        // places are those of the text as it is written: what stands in for a variable may be a secret
        serde_saphyr::from_str(&text).map_err(|error| yaml_error(source, &error, "value"))
    }

    /// midflight's own tables, and in them what belongs to the configured schema.
    pub fn store(&self) -> Store {
        Store::new(Ident::new(self.state_schema.as_str()), self.schema.as_str())
    }

    /// The database to work on.
    ///
    /// # Errors
    /// Exit 2 when none is configured.
    pub fn database_url(&self) -> Result<&str> {
        self.database_url.as_deref().ok_or_else(|| {
            Error::usage("no database is given")
                .hint("set DATABASE_URL, give --database-url, or put `database_url:` in midflight.yaml; it looks like `postgresql://user@host:5432/database`")
        })
    }
}

/// Puts environment variables in the place of `${NAME}`.
fn substitute(source: &Source, environment: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut out = String::with_capacity(source.text.len());
    let mut rest = source.text.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let at = source.text.len() - after.len();
        let span = |end: usize| crate::migration::source::Span::new(at - 2, at + end);
        let Some((name, tail)) = after.split_once('}') else {
            return Err(Error::usage("`${` without `}`").at(source, span(0)));
        };
        let value = environment(name).ok_or_else(|| {
            Error::usage(format!("the environment variable `{name}` is not set"))
                .at(source, span(name.len() + 1))
        })?;
        out.push_str(&value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings> {
        Settings::parse(&Source::new("midflight.yaml", text), |name| {
            (name == "DB").then(|| "postgres://x".to_owned())
        })
    }

    #[test]
    fn reads_human_units_and_environment() {
        let settings = parse("database_url: ${DB}\nlock: {timeout: 200ms, deadline: 1h}\n").unwrap();
        assert_eq!(settings.database_url.as_deref(), Some("postgres://x"));
        assert_eq!((settings.lock.timeout.0.as_millis(), settings.lock.deadline.0.as_secs()), (200, 3600));
        assert_eq!(settings.lock.attempts, 40);
    }

    #[test]
    fn nobody_is_killed_unless_it_is_written() {
        assert_eq!(parse("lock: {timeout: 1s}").unwrap().lock.kill_blockers, KillBlockers::Never);
        for written in ["idle_in_transaction", "idle-in-transaction"] {
            let lock = parse(&format!("lock: {{kill_blockers: {written}, kill_after: 1m}}")).unwrap().lock;
            assert_eq!(lock.kill_blockers, KillBlockers::IdleInTransaction);
            assert_eq!(lock.kill_after.0.as_secs(), 60);
        }
        assert!(parse("lock: {kill_blockers: idle}").is_err());
    }

    #[test]
    fn gates_are_of_three_kinds() {
        let settings = parse(
            "gates:\n  - {name: a, sql: select true}\n  - {name: b, command: ./ok}\n  - {name: c, http: 'http://x/'}\n",
        );
        let settings = settings.unwrap();
        assert_eq!(settings.gates.iter().map(Gate::name).collect::<Vec<_>>(), ["a", "b", "c"]);
        for (wrong, told) in [("name: a", "one of `sql`"), ("nam: a, sql: b", "did you mean `name`?")] {
            let error = parse(&format!("gates: [{{{wrong}}}]")).unwrap_err();
            assert!(error.message.contains(told), "{}", error.message);
        }
        assert_eq!(parse("contract: {new_release: yess}").unwrap_err().message, "expected true or false");
    }

    #[test]
    fn limits_are_set_off_or_default() {
        let limits = parse(
            "throttle: {replica_lag_bytes: 1MB, active_backends: 40, snapshot_age: off, autovacuum: any}",
        );
        let limits = limits.unwrap().throttle;
        assert_eq!(limits.replica_lag_bytes, Limit::Set(Size(1 << 20)));
        assert_eq!(limits.active_backends, Limit::Set(40));
        assert_eq!((limits.snapshot_age, limits.autovacuum), (Limit::Off, Limit::Set(Autovacuum::Any)));
        assert_eq!(limits.archive_backlog, Limit::Default(Size(1 << 30)));
        for wrong in ["replica_lag_bytes: 64", "active_backends: many", "autovacuum: some", "lag: 1MB"] {
            assert!(parse(&format!("throttle: {{{wrong}}}")).is_err(), "{wrong}");
        }
    }

    /// The keys that can stand at a place of the file, as they are listed to who writes another one.
    fn keys(section: &str) -> Vec<String> {
        let text = if section.is_empty() { "'?': 1".to_owned() } else { format!("{section}: {{'?': 1}}") };
        let error = serde_saphyr::from_str::<Settings>(&text).unwrap_err().to_string();
        let Some((_, known)) = error.split_once("expected one of ") else { return vec![] };
        let known = known.lines().next().unwrap_or_default();
        known
            .split(", ")
            .filter_map(|key| key.split(['`', ' ']).find(|word| !word.is_empty()))
            .map(str::to_owned)
            .collect()
    }

    /// docs/configuration.md has a row for every key, with the default that holds.
    #[test]
    fn every_key_is_documented() {
        let page = include_str!("../docs/configuration.md");
        let sections = keys("");
        assert!(sections.len() > 8, "{sections:?}");
        let mut documented = 0;
        for section in sections {
            let inner = keys(&section);
            let names = match inner.as_slice() {
                [] => vec![section.clone()],
                inner => inner.iter().map(|key| format!("{section}.{key}")).collect(),
            };
            for name in names {
                let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
                let default = row
                    .and_then(|row| row.split('|').nth(2))
                    .unwrap_or_else(|| panic!("no row for `{name}`"));
                documented += 1;
                let value = default.trim().strip_prefix('`').and_then(|text| text.strip_suffix('`'));
                // lint's defaults are not settings: what nobody sets is the command's to decide
                let Some(default) = value.filter(|_| section != "lint") else { continue };
                let text = match name.split_once('.') {
                    Some((section, key)) => format!("{section}: {{{key}: {default}}}"),
                    None => format!("{name}: {default}"),
                };
                let given = format!("{:?}", parse(&text).unwrap()).replace("Set(", "Default(");
                assert_eq!(
                    given,
                    format!("{:?}", Settings::default()),
                    "`{name}` is not {default} by default"
                );
            }
        }
        assert!(documented > 30);
    }

    #[test]
    fn wrong_input_has_a_place() {
        let error = parse("schema: a\nlokc: {}\n").unwrap_err();
        assert_eq!(
            error.place.map(|place| (place.start.line, place.start.column)),
            Some((2, 1)),
            "{}",
            error.message
        );
        let error = parse("schema: ${NOPE}\n").unwrap_err();
        assert!(error.message.contains("NOPE"));
        assert!(parse("lock: {timeout: 5 parsecs}").is_err());
        assert_eq!(parse("").unwrap().schema, "public");
    }
}
