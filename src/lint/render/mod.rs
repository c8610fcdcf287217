//! One file per output format. Each takes an [`Input`] and gives text; none of them prints.

mod gcc;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;
mod words;

use super::fingerprint::repository_path;
use super::{Finding, Report, Severity};
use crate::migration::Migration;

/// The forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For a person
    #[default]
    Human,
    /// For a program: one JSON document
    Json,
    /// `lint` only: annotations of GitHub Actions
    Github,
    /// `lint` only: SARIF 2.1.0, for code scanning
    Sarif,
    /// `lint` only: a code quality report of GitLab
    Gitlab,
    /// `lint` only: a comment for a pull request
    Markdown,
    /// `lint` only: a line for each finding, as compilers write it, for editors
    Gcc,
    /// `lint` only: JUnit's XML, for whatever shows test results
    Junit,
    /// `schema` only: the name alone
    Name,
    /// `schema` only: the database URL with the search_path
    Url,
    /// `schema` only: a variable of the environment
    Env,
}

impl Format {
    /// Whether it is a form of what `schema` prints.
    pub fn is_of_schema(self) -> bool {
        matches!(self, Self::Name | Self::Url | Self::Env)
    }
}

/// What there is to render.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The migrations that were checked.
    pub migrations: &'a [Migration],
    /// The least severity that makes the command fail.
    pub fails_at: Severity,
    /// Whether a person's report has colours.
    pub color: bool,
}

/// The report as text; ends with a newline.
pub fn render(format: Format, input: Input<'_>) -> String {
    match format {
        Format::Human | Format::Name | Format::Url | Format::Env => human::human(input),
        Format::Json => json::json(input),
        Format::Github => github::github(input),
        Format::Sarif => sarif::sarif(input),
        Format::Gitlab => gitlab::gitlab(input),
        Format::Markdown => markdown::markdown(input),
        Format::Gcc => gcc::gcc(input),
        Format::Junit => junit::junit(input),
    }
}

impl<'a> Input<'a> {
    /// The text of the file that a finding is about.
    fn text(&self, file: usize) -> &'a str {
        self.migrations.get(file).map_or("", |migration| migration.source.text.as_str())
    }
}

/// `takes SHARE, which blocks writes`
fn lock(finding: &Finding) -> Option<String> {
    let lock = finding.lock.filter(|lock| lock.is_blocking())?;
    let how_long = finding.estimate.as_ref().map_or_else(String::new, |estimate| format!(" {estimate}"));
    Some(format!("takes {}, which blocks {}{how_long}", lock.name(), lock.stops().join(" and ")))
}

/// A value that always has a JSON form, as text.
fn pretty(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}
