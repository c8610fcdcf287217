//! `lint:` of midflight.yaml.

use std::collections::BTreeMap;
use std::path::PathBuf;

use glob::Pattern;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::lint::{Form, Named, Runner, Severity, Transaction, find, nearest};

/// Defaults of `midflight lint`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LintSettings {
    /// Who runs the files.
    pub runner: Option<Runner>,
    /// In which transactions.
    pub transaction: Option<Transaction>,
    /// The least severity that makes the command fail.
    pub fail_on: Option<FailOn>,
    /// Files, folders and globs to look at when the command names none; `migrations` unless given.
    pub paths: Vec<String>,
    /// Files that are replayed and not reported on.
    pub exclude: Vec<Exclude>,
    /// The last migration that is not looked at any more: it and those before are replayed and not reported on.
    pub start_after: Option<String>,
    /// The file of findings that are known.
    pub baseline: Option<PathBuf>,
    /// Rules that are on though they are off by default.
    pub enable: Vec<RuleName>,
    /// Rules that are off.
    pub disable: Vec<RuleName>,
    /// Severities that differ from the rules' own.
    pub severity: BTreeMap<RuleName, Level>,
    /// Types that no column should have, and what to use instead.
    pub forbidden_types: BTreeMap<String, String>,
    /// How names look.
    pub naming: BTreeMap<Named, Form>,
}

/// What makes `lint` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Errors and warnings
    Warning,
}

impl FailOn {
    /// The least severity that fails.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
        }
    }
}

/// How a rule's findings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not at all.
    Off,
    /// As advice.
    Advice,
    /// As warnings.
    Warning,
    /// As errors.
    Error,
}

impl Level {
    /// The severity, where the rule is on.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Advice => Some(Severity::Advice),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// A rule that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleName(pub &'static str);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        find(&name).map(|rule| Self(rule.id)).ok_or_else(|| {
            let meant = nearest(&name).map_or_else(
                || "`midflight rules` lists them".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            D::Error::custom(format!("there is no rule `{name}`; {meant}"))
        })
    }
}

/// A glob of files. Without a slash it is about their names, wherever they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclude(Pattern);

impl Exclude {
    /// Reads a glob.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let read = Pattern::new(pattern.trim_start_matches("./"));
        read.map(Self).map_err(|error| format!("`{pattern}` is not a pattern: {}", error.msg))
    }

    /// Whether it is about this file, named from the current folder on.
    pub fn matches(&self, path: &str) -> bool {
        let options = glob::MatchOptions { require_literal_separator: true, ..Default::default() };
        let path = path.trim_start_matches("./");
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let subject = if self.0.as_str().contains('/') { path } else { name };
        self.0.matches_with(subject, options)
    }
}

impl<'de> Deserialize<'de> for Exclude {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_about_paths_or_names() {
        let matches = |pattern: &str, path: &str| Exclude::new(pattern).unwrap().matches(path);
        assert!(matches("*_seed.sql", "./db/migrations/0001_seed.sql"));
        assert!(matches("./db/**/0001*.sql", "db/a/b/0001_x.sql"));
        assert!(matches("db/*.sql", "./db/1.sql"));
        assert!(!matches("db/*.sql", "db/a/1.sql"));
        assert!(!matches("0001", "0001_x.sql"));
        assert!(Exclude::new("a[").is_err());
    }
}
