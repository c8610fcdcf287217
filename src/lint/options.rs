//! What findings depend on besides the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::ident::Ident;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Advice,
    /// May hurt.
    Warning,
    /// Will hurt: it blocks the application, breaks it, or loses data.
    Error,
}

/// How the files will be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Runner {
    /// As they are written, by any migration runner or psql
    #[default]
    Sql,
    /// By midflight: what it takes online is advice
    Midflight,
}

/// What a runner makes of the statements of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Transaction {
    /// Each statement runs alone
    #[default]
    Statement,
    /// The file runs in one transaction
    File,
    /// The file is sent as one query string
    Batch,
}

/// Whose tables are new: nothing runs on a new table yet, so that nothing done to it can hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Created {
    /// Those made in the same file. Right for a folder: its earlier files are in production.
    #[default]
    InFile,
    /// Those made in any file of the run. Right for files that are named one by one and deployed together.
    InRun,
}

/// What the findings depend on besides the files.
#[derive(Debug, Clone)]
pub struct Options {
    /// The schema of unqualified names.
    pub default_schema: Ident,
    /// The server's major version.
    pub pg_version: u32,
    /// Who will run the files.
    pub runner: Runner,
    /// In which transactions.
    pub transaction: Transaction,
    /// Whose tables are new.
    pub created: Created,
    /// Rules that are on though they are off by default.
    pub enable: BTreeSet<&'static str>,
    /// Rules that are off.
    pub disable: BTreeSet<&'static str>,
    /// Other severities than the rules' own.
    pub severity: BTreeMap<&'static str, Severity>,
    /// What the team has agreed on.
    pub policy: Policy,
    /// Files that make the schema which later ones meet, and are not reported on, by their place in the list.
    pub replayed: BTreeSet<usize>,
    /// Files that the database has already, so that they are not even replayed.
    pub applied: BTreeSet<usize>,
}

impl Options {
    /// Whether a rule takes part; `on`: it does unless somebody says otherwise.
    pub fn has(&self, rule: &str, on: bool) -> bool {
        !self.disable.contains(rule) && (on || self.enable.contains(rule))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default_schema: Ident::new("public"),
            pg_version: 18,
            runner: Runner::default(),
            transaction: Transaction::default(),
            created: Created::default(),
            enable: BTreeSet::new(),
            disable: BTreeSet::new(),
            severity: BTreeMap::new(),
            policy: Policy::default(),
            replayed: BTreeSet::new(),
            applied: BTreeSet::new(),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
