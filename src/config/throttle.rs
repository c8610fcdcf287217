//! Limits beyond which a backfill waits.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Deserializer};

use super::Span;
use crate::text::nearest;

/// What is watched while rows are converted. docs/backfill.md says what each limit is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThrottleSettings {
    /// The most WAL that a replica may have left to replay.
    pub replica_lag_bytes: Limit<Size>,
    /// How many replicas have to be connected.
    pub replicas: u32,
    /// The most sessions that may be at work at once. Its default grows with what is there at the start.
    pub active_backends: Limit<u32>,
    /// How long the oldest snapshot may keep dead rows from being reused.
    pub snapshot_age: Limit<Span>,
    /// The most sessions that may wait for a lock of midflight's at once.
    pub blocked_sessions: Limit<u32>,
    /// The most WAL that may wait to be archived.
    pub archive_backlog: Limit<Size>,
    /// Which vacuum of the table to wait for.
    pub autovacuum: Limit<Autovacuum>,
    /// The highest age of the database's oldest transaction id.
    pub wraparound_age: Limit<u32>,
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self {
            replica_lag_bytes: Limit::Default(Size(64 << 20)),
            replicas: 0,
            active_backends: Limit::Default(25),
            snapshot_age: Limit::Default(Span(Duration::from_secs(30 * 60))),
            blocked_sessions: Limit::Default(5),
            archive_backlog: Limit::Default(Size(1 << 30)),
            autovacuum: Limit::Default(Autovacuum::Wraparound),
            wraparound_age: Limit::Default(1_200_000_000),
        }
    }
}

/// One limit by name, as `resume --limit NAME=VALUE` sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitChange {
    /// Its key under `throttle`.
    pub name: String,
    /// Its value, as the file writes it.
    pub value: String,
}

impl FromStr for LimitChange {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("a limit is written as `NAME=VALUE`")?;
        ThrottleSettings::default().set(name, value)?;
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }
}

impl fmt::Display for LimitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)
    }
}

impl ThrottleSettings {
    /// The same limits, but for those that were changed. What only a newer midflight knows is left alone.
    #[must_use]
    pub fn with(&self, changes: &[LimitChange]) -> Self {
        let mut changed = self.clone();
        for change in changes {
            let _ = changed.set(&change.name, &change.value);
        }
        changed
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "replica_lag_bytes" => self.replica_lag_bytes = value.parse()?,
            "replicas" => {
                self.replicas =
                    value.parse().map_err(|_| format!("`{value}` is not a number of replicas"))?;
            }
            "active_backends" => self.active_backends = value.parse()?,
            "snapshot_age" => self.snapshot_age = value.parse()?,
            "blocked_sessions" => self.blocked_sessions = value.parse()?,
            "archive_backlog" => self.archive_backlog = value.parse()?,
            "autovacuum" => self.autovacuum = value.parse()?,
            "wraparound_age" => self.wraparound_age = value.parse()?,
            _ => {
                let near = nearest(name, NAMES).map_or_else(
                    || format!("there are {}", NAMES.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(format!("there is no limit `{name}`; {near}"));
            }
        }
        Ok(())
    }
}

const NAMES: [&str; 8] = [
    "replica_lag_bytes",
    "replicas",
    "active_backends",
    "snapshot_age",
    "blocked_sessions",
    "archive_backlog",
    "autovacuum",
    "wraparound_age",
];

/// Which vacuum of the table holds a backfill up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autovacuum {
    /// One that must not be put off, since transaction ids run out.
    Wraparound,
    /// Any.
    Any,
}

/// A limit, and whether the user set it: one that was asked for has to work, one that wasn't may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit<T> {
    /// Nothing was said.
    Default(T),
    /// `off`: not watched.
    Off,
    /// The user's.
    Set(T),
}

impl<T: Copy> Limit<T> {
    /// The limit, unless it is off.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Default(value) | Self::Set(value) => Some(value),
            Self::Off => None,
        }
    }

    /// Whether the user asked for it.
    pub fn is_set(self) -> bool {
        matches!(self, Self::Set(_))
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Limit<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<T: FromStr<Err: fmt::Display>> FromStr for Limit<T> {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let wrong = |error| format!("`{text}` is neither `off` nor a limit: {error}");
        text.parse().map(Self::Set).map_err(wrong)
    }
}

impl FromStr for Autovacuum {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "wraparound" => Ok(Self::Wraparound),
            "any" => Ok(Self::Any),
            _ => Err("it can be `wraparound`, `any` or `off`"),
        }
    }
}

/// A number of bytes, in PostgreSQL's units: `64MB` is 64 times 1024 times 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a size is a number with a unit: `64MB`, `1GB`".to_owned();
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let factor = match unit.trim() {
            "B" => 1,
            "kB" => 1 << 10,
            "MB" => 1 << 20,
            "GB" => 1 << 30,
            "TB" => 1 << 40,
            _ => return Err(wrong()),
        };
        let number: u64 = text[..text.len() - unit.len()].parse().map_err(|_| wrong())?;
        number.checked_mul(factor).map(Self).ok_or_else(wrong)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In its words, but with PostgreSQL's names of the units.
        f.write_str(&ByteSize(self.0).to_string().replace("iB", "B").replace("KB", "kB"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_changed_by_name() {
        let changes: Vec<LimitChange> = NAMES
            .map(|name| if name == "replicas" { "replicas=2".to_owned() } else { format!("{name}=off") })
            .map(|text| text.parse().unwrap())
            .into();
        let changed = ThrottleSettings::default().with(&changes);
        assert_eq!((changed.replicas, changed.autovacuum), (2, Limit::Off));
        assert_eq!((changed.replica_lag_bytes, changed.snapshot_age), (Limit::Off, Limit::Off));
        assert_eq!((changed.active_backends, changed.blocked_sessions), (Limit::Off, Limit::Off));
        assert_eq!((changed.archive_backlog, changed.wraparound_age), (Limit::Off, Limit::Off));
        for (wrong, says) in [
            ("replicas", "NAME=VALUE"),
            ("replicas=some", "number of replicas"),
            ("replica_lag_byte=1MB", "did you mean `replica_lag_bytes`?"),
            ("snapshot_age=old", "neither `off` nor a limit"),
        ] {
            let error = wrong.parse::<LimitChange>().unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn sizes_have_the_units_of_the_server() {
        assert_eq!("64MB".parse(), Ok(Size(64 << 20)));
        assert_eq!("8 kB".parse(), Ok(Size(8 << 10)));
        assert_eq!((Size(64 << 20).to_string(), Size(1500).to_string()), ("64.0 MB".into(), "1.5 kB".into()));
        for wrong in ["64", "64 mb", "MB", "-1MB", "99999999TB", "1.5GB"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
