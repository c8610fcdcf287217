//! Findings that a team knows and lives with: a file of their fingerprints, so that `lint` speaks of new ones only.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Report;
use super::fingerprint::marked;
use crate::migration::Migration;

/// The file: JSON, an entry for each finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The form of the file.
    pub schema_version: u32,
    /// What is known.
    pub findings: Vec<Known>,
}

/// One finding. The fingerprint decides; the rest is for whoever reads the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// From the rule, the file and the SQL, not from the line.
    pub fingerprint: String,
    /// The rule.
    pub rule: String,
    /// The file.
    pub path: String,
    /// Where it was when the file was written.
    pub line: usize,
}

impl Baseline {
    /// The form that this version writes and reads.
    pub const VERSION: u32 = 1;

    /// What a report has found and no directive silences.
    pub fn of(report: &Report, migrations: &[Migration]) -> Self {
        let open = marked(report, migrations).into_iter().filter(|marked| marked.allowed.is_none());
        let known = open.map(|marked| Known {
            fingerprint: marked.fingerprint,
            rule: marked.finding.rule.id.to_owned(),
            path: super::fingerprint::repository_path(&marked.finding.path).to_owned(),
            line: marked.finding.start.line,
        });
        Self { schema_version: Self::VERSION, findings: known.collect() }
    }

    /// Leaves findings out of a report that are known.
    pub fn leave_out(&self, report: &mut Report, migrations: &[Migration]) {
        let known: BTreeSet<&str> = self.findings.iter().map(|known| known.fingerprint.as_str()).collect();
        let open = marked(report, migrations).into_iter().filter(|marked| marked.allowed.is_none());
        let found: Vec<(usize, String)> = open
            .filter(|marked| known.contains(marked.fingerprint.as_str()))
            .map(|marked| (marked.place, marked.fingerprint))
            .collect();
        let places: BTreeSet<usize> = found.iter().map(|(place, _)| *place).collect();
        let met: BTreeSet<&str> = found.iter().map(|(_, fingerprint)| fingerprint.as_str()).collect();
        report.leave_out_known(&places, known.difference(&met).count());
    }
}
