//! What makes a finding the same one in the next run: not its line, which moves with what is written above it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Finding, Report};
use crate::migration::Migration;

/// A finding of any kind, and how services tell it from others.
pub struct Marked<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Why it is accepted, where it is.
    pub allowed: Option<&'a str>,
    /// Its place among the findings of its kind.
    pub place: usize,
    /// From the rule, the file, the SQL without its white space, and how many like it stand above.
    pub fingerprint: String,
}

/// Every finding of a report, accepted ones too, in the order of the files.
pub fn marked<'a>(report: &'a Report, migrations: &[Migration]) -> Vec<Marked<'a>> {
    let open = report.findings.iter().enumerate().map(|(place, finding)| (finding, None, place));
    let allowed = report.allowed.iter().enumerate();
    let allowed = allowed.map(|(place, allowed)| (&allowed.finding, Some(allowed.reason.as_str()), place));
    let mut all: Vec<_> = open.chain(allowed).collect();
    all.sort_by_key(|(finding, ..)| (finding.file, finding.span.start));
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mark = |(finding, allowed, place): (&'a Finding, _, _)| {
        let text = migrations.get(finding.file).map_or("", |migration| migration.source.text.as_str());
        let sql = text.get(finding.span.range()).unwrap_or_default();
        let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let what = [finding.rule.id, repository_path(&finding.path), &words].join("\n");
        let nth = alike.entry(what.clone()).and_modify(|n| *n += 1).or_default();
        Marked { finding, allowed, place, fingerprint: hash(&format!("{what}\n{nth}")) }
    };
    all.into_iter().map(mark).collect()
}

/// The path from the root of the repository on, as services know it: their files never start with `./`.
pub fn repository_path(path: &str) -> &str {
    path.trim_start_matches("./")
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
