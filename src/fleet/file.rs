//! `fleet.yaml`: reading it, with a place for all that is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use super::secret::{SecretUrl, redact};
use crate::config::Span as Time;
use crate::error::{Error, Result};
use crate::migration;
use crate::migration::source::{Located, Source, Span};

/// The group of a target that names none.
pub const DEFAULT_GROUP: &str = "default";

/// A fleet as its file describes it.
#[derive(Debug)]
pub struct Fleet {
    /// Its name, which targets remember.
    pub name: String,
    /// Where targets come from.
    pub entries: Vec<Entry>,
    /// In which order they are worked on.
    pub waves: Vec<WaveSpec>,
    /// Asked after each wave.
    pub gates: Vec<Gate>,
    /// How often gates are asked while a wave soaks.
    pub gate_every: Duration,
    /// How many targets are worked on at a time.
    pub parallel: usize,
    /// How many of them on one server.
    pub per_server: usize,
    /// How many targets of a wave may fail.
    pub budget: Budget,
}

/// An entry of `targets`.
#[derive(Debug)]
pub struct Entry {
    /// What it stands for.
    pub kind: Kind,
    /// The group of its targets.
    pub group: String,
    /// The labels of its targets.
    pub labels: BTreeMap<String, String>,
}

/// What an entry stands for.
#[derive(Debug)]
pub enum Kind {
    /// One target.
    One { name: String, url: SecretUrl, schema: Option<String> },
    /// Schemas of one database.
    Schemas { prefix: Option<String>, url: SecretUrl, pattern: glob::Pattern, except: BTreeSet<String> },
    /// Rows of a query.
    Directory { url: SecretUrl, query: String },
    /// Lines of a shell command.
    Command(String),
}

/// A wave as it is written.
#[derive(Debug)]
pub struct WaveSpec {
    /// Its name.
    pub name: String,
    /// Which targets it takes.
    pub takes: Takes,
    /// How long it has to have stood before the next one begins.
    pub soak: Duration,
    /// Asked besides those of the fleet.
    pub gates: Vec<Gate>,
    /// Whether it is taken back when it fails.
    pub rolls_back: bool,
    /// How many of its targets may fail, where that differs.
    pub budget: Option<Budget>,
}

/// Which targets a wave takes of those that no earlier one has.
#[derive(Debug, PartialEq)]
pub enum Takes {
    /// Those with all of these labels.
    Labels(BTreeMap<String, String>),
    /// Those of these names.
    Named(Vec<Located<String>>),
    /// So many of a hundred of all targets.
    Percent(u32),
    /// All that are left.
    Left,
}

/// How many failures are borne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// So many.
    Count(usize),
    /// So many of a hundred.
    Percent(u32),
}

impl Budget {
    /// How many of so many targets may fail.
    pub fn of(self, targets: usize) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Percent(percent) => targets * percent as usize / 100,
        }
    }
}

/// A question to the outside, for the whole fleet.
#[derive(Debug, Clone)]
pub enum Gate {
    /// A shell command that has to end with 0.
    Command { name: String, command: String },
    /// A URL that has to answer with a status of success.
    Http { name: String, url: SecretUrl },
}

impl Gate {
    /// What it is called in messages.
    pub fn name(&self) -> &str {
        match self {
            Self::Command { name, .. } | Self::Http { name, .. } => name,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    fleet: Located<String>,
    targets: Located<Vec<Located<EntryKeys>>>,
    #[serde(default)]
    waves: Vec<Located<WaveKeys>>,
    #[serde(default)]
    gates: Vec<Located<GateKeys>>,
    gate_every: Option<Time>,
    parallel: Option<Located<u32>>,
    per_server: Option<Located<u32>>,
    max_failures: Option<Budget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryKeys {
    name: Option<Located<String>>,
    url: Option<Located<String>>,
    schema: Option<Located<String>>,
    schemas: Option<Located<String>>,
    except: Option<BTreeSet<String>>,
    sql: Option<Located<String>>,
    command: Option<Located<String>>,
    group: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveKeys {
    name: String,
    labels: Option<BTreeMap<String, String>>,
    targets: Option<Vec<Located<String>>>,
    percent: Option<Located<u32>>,
    soak: Option<Time>,
    #[serde(default)]
    gates: Vec<Located<GateKeys>>,
    #[serde(default)]
    on_failure: OnFailure,
    max_failures: Option<Budget>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum OnFailure {
    #[default]
    Stop,
    Rollback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateKeys {
    name: String,
    command: Option<String>,
    http: Option<Located<String>>,
    sql: Option<String>,
}

impl<'de> Deserialize<'de> for Budget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Budget;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of targets, or a share such as `5%`")
            }
            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Budget, E> {
                usize::try_from(count).map(Budget::Count).map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Budget, E> {
                usize::try_from(count)
                    .map(Budget::Count)
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(count), &self))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Budget, E> {
                let number = text.strip_suffix('%').unwrap_or(text).trim().parse::<u32>();
                match number {
                    Ok(percent) if text.ends_with('%') && percent <= 100 => Ok(Budget::Percent(percent)),
                    Ok(count) if !text.ends_with('%') => Ok(Budget::Count(count as usize)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl Fleet {
    /// Whether a gate is a command.
    pub fn gates_are_commands(&self) -> bool {
        let mut gates = self.gates.iter().chain(self.waves.iter().flat_map(|wave| &wave.gates));
        gates.any(|gate| matches!(gate, Gate::Command { .. }))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Exit 2 with the place; none shows a password.
    pub fn read(path: &str) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::usage(format!("can't read the fleet's file `{path}`: {error}"))
                .hint("`--file` names it; docs/fleet.md has an example")
        })?;
        Self::parse(&Source::new(path, text), |name| std::env::var(name).ok())
    }

    fn parse(source: &Source, environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let reader = Reader { source, environment };
        reader.read().map_err(without_passwords)
    }
}

/// The line that an error shows may hold a URL.
fn without_passwords(mut error: Error) -> Error {
    error.message = redact(&error.message);
    if let Some(place) = &mut error.place {
        place.line_text = redact(&place.line_text);
    }
    error
}

struct Reader<'s, E> {
    source: &'s Source,
    environment: E,
}

impl<E: Fn(&str) -> Option<String>> Reader<'_, E> {
    fn read(&self) -> Result<Fleet> {
        let keys: Keys = migration::read_yaml(self.source, "value")?;
        if keys.fleet.trim().is_empty() {
            return Err(self.wrong("the fleet has no name", keys.fleet.span));
        }
        if keys.targets.is_empty() {
            return Err(self.wrong("`targets` is empty", keys.targets.span));
        }
        let positive = |number: Option<Located<u32>>, default: usize| match number {
            Some(number) if number.value == 0 => Err(self.wrong("has to be 1 or more", number.span)),
            Some(number) => Ok(number.value as usize),
            None => Ok(default),
        };
        let (parallel, per_server) = (positive(keys.parallel, 8)?, positive(keys.per_server, 4)?);
        let waves: Vec<WaveSpec> =
            keys.waves.into_iter().map(|wave| self.wave(wave)).collect::<Result<_>>()?;
        if let Some(twice) = twice(waves.iter().map(|wave| wave.name.as_str())) {
            return Err(Error::usage(format!("two waves are called `{twice}`")));
        }
        Ok(Fleet {
            name: keys.fleet.value,
            entries: keys.targets.value.into_iter().map(|entry| self.entry(entry)).collect::<Result<_>>()?,
            waves,
            gates: keys.gates.into_iter().map(|gate| self.gate(gate)).collect::<Result<_>>()?,
            gate_every: keys.gate_every.map_or(Duration::from_secs(10), |every| every.0),
            parallel,
            per_server,
            budget: keys.max_failures.unwrap_or(Budget::Count(0)),
        })
    }

    fn entry(&self, Located { value: keys, span }: Located<EntryKeys>) -> Result<Entry> {
        let url = keys.url.as_ref().map(|url| self.filled(url).map(SecretUrl::new)).transpose()?;
        let needs = |what: &str| self.wrong(format!("`{what}` of this entry is missing"), span);
        let means_nothing = [
            ("except", keys.except.is_some() && keys.schemas.is_none()),
            ("schema", keys.schema.is_some() && (keys.name.is_none() || keys.schemas.is_some())),
            ("url", keys.url.is_some() && keys.command.is_some()),
            ("name", keys.name.is_some() && (keys.sql.is_some() || keys.command.is_some())),
        ];
        if let Some((key, _)) = means_nothing.into_iter().find(|(_, nothing)| *nothing) {
            return Err(self.wrong(format!("`{key}` means nothing in this entry"), span));
        }
        let kind = match (keys.name, keys.schemas, keys.sql, keys.command) {
            (Some(name), None, None, None) => {
                let url = url.ok_or_else(|| needs("url"))?;
                Kind::One { name: name.value, url, schema: keys.schema.map(|schema| schema.value) }
            }
            (name, Some(schemas), None, None) => {
                let url = url.ok_or_else(|| needs("url"))?;
                let pattern = glob::Pattern::new(&schemas.value).map_err(|error| {
                    self.wrong(format!("the pattern can't be read: {}", error.msg), schemas.span)
                })?;
                let except = keys.except.unwrap_or_default();
                Kind::Schemas { prefix: name.map(|name| name.value), url, pattern, except }
            }
            (None, None, Some(sql), None) => {
                Kind::Directory { url: url.ok_or_else(|| needs("url"))?, query: sql.value }
            }
            (None, None, None, Some(command)) => Kind::Command(command.value),
            _ => {
                return Err(self
                    .wrong("an entry has one of `name`, `schemas`, `sql` and `command`", span)
                    .hint(
                        "`{name: acme, url: \"${ACME_URL}\"}` is one target; docs/fleet.md has the others",
                    ));
            }
        };
        let group = keys.group.unwrap_or_else(|| DEFAULT_GROUP.to_owned());
        Ok(Entry { kind, group, labels: keys.labels })
    }

    fn wave(&self, Located { value: keys, span }: Located<WaveKeys>) -> Result<WaveSpec> {
        let takes = match (keys.labels, keys.targets, keys.percent) {
            (Some(labels), None, None) => Takes::Labels(labels),
            (None, Some(targets), None) => Takes::Named(targets),
            (None, None, Some(percent)) if (1..=100).contains(&percent.value) => {
                Takes::Percent(percent.value)
            }
            (None, None, Some(percent)) => {
                return Err(self.wrong("`percent` has to be 1 to 100", percent.span));
            }
            (None, None, None) => Takes::Left,
            _ => {
                let message = "a wave has one of `labels`, `targets` and `percent`";
                return Err(self.wrong(message, span));
            }
        };
        Ok(WaveSpec {
            name: keys.name,
            takes,
            soak: keys.soak.map_or(Duration::ZERO, |soak| soak.0),
            gates: keys.gates.into_iter().map(|gate| self.gate(gate)).collect::<Result<_>>()?,
            rolls_back: matches!(keys.on_failure, OnFailure::Rollback),
            budget: keys.max_failures,
        })
    }

    fn gate(&self, Located { value: keys, span }: Located<GateKeys>) -> Result<Gate> {
        match (keys.command, keys.http, keys.sql) {
            (Some(command), None, None) => Ok(Gate::Command { name: keys.name, command }),
            (None, Some(http), None) => {
                Ok(Gate::Http { name: keys.name, url: SecretUrl::new(self.filled(&http)?) })
            }
            (None, None, Some(_)) => Err(self
                .wrong("a gate of a fleet is a `command` or an `http`", span)
                .hint("a gate with `sql` belongs into midflight.yaml: it is asked in each target before its contract, before and during its backfill")),
            _ => Err(self.wrong("a gate has one of `command` and `http`", span)),
        }
    }

    /// A text with environment variables in the place of `${NAME}`.
    fn filled(&self, written: &Located<String>) -> Result<String> {
        let mut out = String::with_capacity(written.len());
        let mut rest = written.as_str();
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let (name, tail) =
                after.split_once('}').ok_or_else(|| self.wrong("`${` without `}`", written.span))?;
            let value = (self.environment)(name).ok_or_else(|| {
                self.wrong(format!("the environment variable `{name}` is not set"), written.span)
            })?;
            out.push_str(&value);
            rest = tail;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn wrong(&self, message: impl Into<String>, span: Span) -> Error {
        Error::usage(message).at(self.source, span)
    }
}

/// A name that comes a second time.
pub(super) fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    let mut names = names;
    names.find(|name| !seen.insert(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Fleet> {
        Fleet::parse(&Source::new("fleet.yaml", text), |name| {
            (name == "URL").then(|| "postgres://u:planted@h/d".to_owned())
        })
    }

    #[test]
    fn the_example_of_the_page_is_read() {
        let page = include_str!("../../docs/fleet.md");
        let example = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let fleet = Fleet::parse(&Source::new("fleet.yaml", example), |_| Some("postgres://h/d".to_owned()));
        let fleet = fleet.unwrap();
        assert_eq!((fleet.name.as_str(), fleet.entries.len(), fleet.waves.len()), ("shops", 5, 3));
        assert_eq!((fleet.parallel, fleet.budget), (8, Budget::Count(3)));
        assert!(fleet.waves[0].rolls_back && !fleet.waves[1].rolls_back);
        assert_eq!(fleet.waves[1].takes, Takes::Percent(10));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let fleet = |entry: &str| format!("fleet: f\ntargets:\n  - {entry}\n");
        for (text, line, says) in [
            (fleet("{name: a}"), 3, "`url` of this entry is missing"),
            (fleet("{url: x}"), 3, "one of `name`, `schemas`, `sql` and `command`"),
            (fleet("{name: a, url: '${NOPE}'}"), 3, "`NOPE` is not set"),
            (fleet("{name: a, url: '${URL'}"), 3, "without `}`"),
            (fleet("{name: a, ulr: x}"), 3, "did you mean `url`?"),
            (fleet("{schemas: 't[', url: x}"), 3, "the pattern"),
            (fleet("{name: a, url: x, except: [b]}"), 3, "`except` means nothing"),
            (fleet("{name: a, url: x}") + "waves:\n  - {name: w, percent: 0}\n", 5, "1 to 100"),
            (fleet("{name: a, url: x}") + "max_failures: 200%\n", 4, "a number of targets"),
            (
                fleet("{name: a, url: x}") + "gates:\n  - {name: g, sql: select true}\n",
                5,
                "a `command` or an `http`",
            ),
            (fleet("{name: a, url: x}") + "parallel: 0\n", 4, "1 or more"),
            ("fleet: f\ntargets: []\n".to_owned(), 2, "`targets` is empty"),
        ] {
            let error = parse(&text).unwrap_err();
            let place = error.place.as_ref().map(|place| place.start.line);
            assert!(error.message.contains(says), "{text}: {}", error.message);
            assert_eq!(place, Some(line), "{text}: {}", error.message);
        }
    }

    #[test]
    fn no_error_shows_a_password() {
        for text in [
            "fleet: f\ntargets:\n  - {name: a, url: 'postgres://u:planted@h/d', nope: 1}\n",
            "fleet: f\ntargets: 'postgres://u:planted@h/d'\n",
            "fleet: f\ntargets:\n  - {name: a, url: '${URL}', schemas: b, sql: c}\n",
        ] {
            let error = parse(text).unwrap_err();
            assert!(!format!("{error:?}").contains("planted"), "{error:?}");
        }
    }
}
