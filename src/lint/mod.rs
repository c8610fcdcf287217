//! Findings about migrations, from their text alone: what would lock, rewrite or break what, and the safe way.
//!
//! A rule is one file in `rules`: a static with its words and a function that looks at one step. What earlier
//! statements and files did is in the [`schema::Schema`] that the step meets.

mod catalogue;
mod expression;
mod functions;
mod lock;
mod placed;
pub mod render;
mod report;
pub mod rules;
mod schema;
mod statement;

mod suppress;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub use catalogue::{RuleInfo, explain, find, list, nearest};
pub use lock::Lock;
pub use report::{Allowed, NotAnalysed, Report, Summary};
pub use rules::RULES;

use crate::ident::Ident;
use crate::migration::Migration;
use crate::migration::operation::{Operation, Step, TableRef};
use crate::migration::source::{Position, Span};
use placed::{Stage, Steps};
use schema::{Column, Schema};
use statement::Effect;

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
    /// Files that make the schema which later ones meet, and are not reported on, by their place in the list.
    pub replayed: BTreeSet<usize>,
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
            replayed: BTreeSet::new(),
        }
    }
}

/// One thing to look for. The explanation is Markdown; `explain` and docs/rules show it.
pub struct Rule {
    /// Its name everywhere: file, docs page, directive, output.
    pub id: &'static str,
    /// How bad it is where nothing says otherwise.
    pub severity: Severity,
    /// Whether it runs without being asked for.
    pub on: bool,
    /// One line, for lists.
    pub summary: &'static str,
    /// Why it matters, when it doesn't, the safe way.
    pub explanation: &'static str,
    /// What midflight does instead, where it takes this online. Under `--runner midflight` such findings are advice.
    pub online: Option<&'static str>,
    /// SQL that trips this rule and no other.
    pub bad: &'static str,
    /// SQL that reaches the same and trips nothing.
    pub good: &'static str,
    /// How it looks.
    pub check: Check,
}

/// How a rule looks at files.
#[derive(Clone, Copy)]
pub enum Check {
    /// At each step.
    Step(fn(&Context<'_>) -> Option<Problem>),
    /// At the directives; [`suppress`] does it once every step has been looked at.
    Directives,
}

/// What a rule's check has to say. [`check`] makes a [`Finding`] of it.
#[derive(Debug, Clone)]
pub struct Problem {
    span: Span,
    message: String,
    help: String,
    lock: Option<Lock>,
    severity: Option<Severity>,
}

impl Problem {
    /// A problem at a place. The message names the table and what goes wrong.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: String::new(), lock: None, severity: None }
    }

    /// The safe way, with the user's own names.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The strongest lock on the table.
    #[must_use]
    pub fn lock(mut self, lock: Lock) -> Self {
        self.lock = Some(lock);
        self
    }

    /// Another severity than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A step, and all that its rule may ask about.
pub struct Context<'a> {
    /// What the run was told.
    pub options: &'a Options,
    /// The step.
    pub step: &'a Step,
    /// Every step of the same statement, this one included.
    pub statement: &'a [Step],
    /// What comes after the statement in the same file.
    pub later: &'a [Step],
    /// The schema as the statement meets it.
    pub schema: &'a Schema,
    /// Whether places inside the operation are places in the file.
    pub spans_hold: bool,
}

impl Context<'_> {
    /// Whether nobody else has seen the table yet.
    pub fn created_here(&self, table: &TableRef) -> bool {
        self.schema.table(table).is_some_and(|table| table.created_here)
    }

    /// Whether nobody else has seen the column yet: it or its table is new.
    pub fn column_created_here(&self, table: &TableRef, column: &Ident) -> bool {
        self.created_here(table) || self.column(table, column).is_some_and(|column| column.created_here)
    }

    /// A column, as far as files tell.
    pub fn column(&self, table: &TableRef, column: &Ident) -> Option<&Column> {
        self.schema.column(table, column)
    }

    /// What follows in the same transaction.
    pub fn later_in_transaction(&self) -> impl Iterator<Item = &Operation> {
        let open = self.schema.in_transaction() || self.options.transaction != Transaction::Statement;
        self.later
            .iter()
            .map(|step| &step.operation)
            .take_while(move |operation| open && !ends_transaction(operation))
    }

    /// A place in the file, or the whole step where an operation carries none (YAML made by hand, tests).
    pub fn at(&self, span: Span) -> Span {
        if self.spans_hold && span.end > span.start { span } else { self.step.span }
    }
}

fn ends_transaction(operation: &Operation) -> bool {
    match operation {
        Operation::Unplaced(unplaced) => {
            matches!(statement::effect(&unplaced.sql), Some(Effect::Commit(_) | Effect::Rollback(_)))
        }
        _ => false,
    }
}

/// What a rule found, where. Rendering is in [`render`].
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// The migration, by its place in the list that was checked.
    pub file: usize,
    /// The path of its file.
    pub path: String,
    /// The bytes it is about.
    pub span: Span,
    /// Where they start.
    pub start: Position,
    /// One past where they end.
    pub end: Position,
    /// What goes wrong.
    pub message: String,
    /// The safe way; empty where there is none to give.
    pub help: String,
    /// The strongest lock on the table.
    pub lock: Option<Lock>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
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

struct FileReport {
    findings: Vec<Finding>,
    allowed: Vec<Allowed>,
    not_analysed: Vec<NotAnalysed>,
}

/// Looks at migrations in order; each meets the schema that those before it left.
pub fn check(migrations: &[Migration], options: &Options) -> Report {
    let mut schema = Schema::new(options.default_schema.clone());
    let mut report = Report::default();
    for (file, migration) in migrations.iter().enumerate() {
        schema.start_file(options.created == Created::InFile);
        let seen = check_file(file, migration, options, &mut schema);
        if !options.replayed.contains(&file) {
            report.add(migration.statements, seen);
        }
    }
    report
}

fn check_file(file: usize, migration: &Migration, options: &Options, schema: &mut Schema) -> FileReport {
    let open = Steps::of(migration);
    let mut directives = suppress::Directives::of(&migration.steps);
    let (mut findings, mut allowed) = (Vec::new(), Vec::new());
    let mut later = open.steps.as_slice();
    for (statement, stage) in open.steps.chunk_by(|a, b| a.statement == b.statement).zip(&open.stages) {
        later = &later[statement.len()..];
        for step in statement {
            let spans_hold = !open.decoded.contains(&step.statement);
            let context = Context { options, step, statement, later, schema, spans_hold };
            for rule in RULES.iter().filter(|rule| is_on(rule, options)) {
                let Check::Step(look) = rule.check else { continue };
                let Some(problem) = look(&context) else { continue };
                let finding = finding(rule, file, migration, options, *stage, problem);
                match directives.silence(step, rule.id) {
                    Some(reason) => allowed.push(Allowed { finding, reason: reason.to_owned() }),
                    None => findings.push(finding),
                }
            }
        }
        statement.iter().for_each(|step| schema.apply(&step.operation));
    }
    for (rule, problem) in directives.problems(options) {
        findings.push(finding(rule, file, migration, options, None, problem));
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.rule.id));
    FileReport { findings, allowed, not_analysed: not_analysed(file, migration, &open.steps) }
}

fn is_on(rule: &Rule, options: &Options) -> bool {
    !options.disable.contains(rule.id) && (rule.on || options.enable.contains(rule.id))
}

fn finding(
    rule: &'static Rule,
    file: usize,
    migration: &Migration,
    options: &Options,
    stage: Option<Stage>,
    problem: Problem,
) -> Finding {
    let source = &migration.source;
    let mut severity = problem.severity.unwrap_or(rule.severity);
    // YAML is midflight's own format: nobody else can run it
    let midflight_runs = options.runner == Runner::Midflight || is_yaml(&source.path);
    // what the user has placed runs as it stands, but a removal in contract is where it belongs
    let planned = stage.is_none() || stage == Some(Stage::Contract) && rule.id.starts_with("drop-");
    let online = rule.online.filter(|_| planned);
    if midflight_runs && online.is_some() {
        severity = severity.min(Severity::Advice);
    }
    let severity = options.severity.get(rule.id).copied().unwrap_or(severity);
    let mut help = problem.help;
    if let Some(online) = online {
        let separator = if help.is_empty() { "" } else { "\n" };
        help = format!("{help}{separator}{online}");
    }
    Finding {
        rule,
        severity,
        file,
        path: source.path.clone(),
        span: problem.span,
        start: source.position(problem.span.start),
        end: source.position(problem.span.end.max(problem.span.start)),
        message: problem.message,
        help,
        lock: problem.lock,
    }
}

fn is_yaml(path: &str) -> bool {
    let extension = std::path::Path::new(path).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml"))
}

fn not_analysed(file: usize, migration: &Migration, steps: &[Step]) -> Vec<NotAnalysed> {
    let why = |step: &Step| match &step.operation {
        Operation::Unplaced(unplaced) if !unplaced.recognised => Some("it can't be read".to_owned()),
        Operation::Unplaced(unplaced) if unplaced.head == "DO" => Some("`DO` runs code".to_owned()),
        _ => None,
    };
    let statements = steps.chunk_by(|a, b| a.statement == b.statement);
    statements
        .filter_map(|statement| statement.iter().find_map(|step| Some((step, why(step)?))))
        .map(|(step, why)| NotAnalysed::new(file, &migration.source, step.span, why))
        .collect()
}
