//! What makes a finding the same one in the next run: not its line, which moves with what is written above it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{Input, repository_path};
use crate::lint::Finding;

/// A finding of any kind, and how services tell it from others.
pub struct Marked<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Why it is accepted, where it is.
    pub allowed: Option<&'a str>,
    /// From the rule, the file, the SQL without its white space, and how many like it stand above.
    pub fingerprint: String,
}

/// Every finding of a report, accepted ones too, in the order of the files.
pub fn marked<'a>(input: &Input<'a>) -> Vec<Marked<'a>> {
    let open = input.report.findings.iter().map(|finding| (finding, None));
    let allowed =
        input.report.allowed.iter().map(|allowed| (&allowed.finding, Some(allowed.reason.as_str())));
    let mut all: Vec<_> = open.chain(allowed).collect();
    all.sort_by_key(|(finding, _)| (finding.file, finding.span.start));
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mark = |(finding, allowed): (&'a Finding, _)| {
        let sql = input.text(finding.file).get(finding.span.range()).unwrap_or_default();
        let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let what = [finding.rule.id, repository_path(&finding.path), &words].join("\n");
        let nth = alike.entry(what.clone()).and_modify(|n| *n += 1).or_default();
        Marked { finding, allowed, fingerprint: hash(&format!("{what}\n{nth}")) }
    };
    all.into_iter().map(mark).collect()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
