//! Shows every step to every rule.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::context::Context;
use super::estimate::{self, Estimate};
use super::impact::Impact;
use super::later_files::LaterFiles;
use super::nested_statements::{self, NestedStatement, Stage};
use super::report::{Allowed, FileReport, Finding, NotAnalysed, Report};
use super::rule::{Check, Problem, Rule};
use super::rules::{not_allowed_in_transaction, unparsable};
use super::schema::{Schema, Session};
use super::{Options, RULES, Runner, Severity, Snapshot, fix, suppress, wrapping};
use crate::error::Error;
use crate::migration::operation::{Operation, Step};
use crate::migration::source::Span;
use crate::migration::statement::Statement;
use crate::migration::{self, Migration, Unread};

/// How many neighbours one thread checks: the first change of a table behind a copy of the schema costs more.
const FILES_AT_A_TIME: usize = 64;

/// Looks at migrations in order; each meets the schema that those before it left.
pub fn check(migrations: &[Migration], options: &Options) -> Report {
    check_against(&Snapshot::default(), migrations, options)
}

/// The same for migrations that meet a database as it is.
pub fn check_against(snapshot: &Snapshot, migrations: &[Migration], options: &Options) -> Report {
    let server =
        Options { pg_version: snapshot.server_major.unwrap_or(options.pg_version), ..options.clone() };
    let options = &server;
    let rules = RULES.iter().copied().filter(|rule| options.has(rule.id, rule.on)).collect::<Vec<_>>();
    let later_files = LaterFiles::of(migrations);
    let run = |(file, migration)| Run::new(file, migration, options, &rules, &later_files);
    let files = migrations.iter().enumerate().filter(|(file, _)| !options.applied.contains(file));
    let runs = files.map(run).collect::<Vec<_>>();
    let mut report = Report::default();
    for (run, found) in runs.iter().zip(check_all(&runs, Schema::new(options, snapshot))) {
        if let Some(found) = found {
            report.add(run.migration.statements, found);
        }
    }
    report
}

/// Checks files side by side. The schema that a file meets is known once those before it are replayed, which takes a
/// fraction of the time.
fn check_all(runs: &[Run<'_>], mut schema: Schema) -> Vec<Option<FileReport>> {
    let mut before: &[Run<'_>] = &[];
    let parts = runs.chunks(FILES_AT_A_TIME).map(move |part| {
        std::mem::replace(&mut before, part).iter().for_each(|run| run.replay(&mut schema));
        (part, schema.clone())
    });
    let checked = migration::side_by_side(parts, |(part, mut schema)| {
        part.iter().map(|run| run.check(&mut schema)).collect::<Vec<_>>()
    });
    checked.into_iter().flatten().collect()
}

impl Report {
    /// Reports a file that can't be read. `migration` stands for it in the list that was checked, at `file`.
    pub fn add_unread(&mut self, file: usize, migration: &Migration, unread: &Unread, options: &Options) {
        let later_files = LaterFiles::default();
        let run = Run::new(file, migration, options, &[], &later_files);
        let problem = unparsable::file(unread);
        let on = options.has(unparsable::RULE.id, unparsable::RULE.on);
        self.add_unreadable(on.then(|| run.finding(&unparsable::RULE, None, problem, None)));
    }
}

impl Report {
    /// Reports a directive that is wrong, in a file that was read without it.
    pub fn add_mistake(&mut self, file: usize, migration: &Migration, mistake: &Error, options: &Options) {
        let later_files = LaterFiles::default();
        let run = Run::new(file, migration, options, &[], &later_files);
        let problem = unparsable::directive(mistake, &migration.source);
        if options.has(unparsable::RULE.id, unparsable::RULE.on) {
            self.add_finding(run.finding(&unparsable::RULE, None, problem, None));
        }
    }
}

/// One file of a run.
struct Run<'a> {
    file: usize,
    migration: &'a Migration,
    options: &'a Options,
    rules: &'a [&'static Rule],
    later_files: &'a LaterFiles,
    statements: OnceLock<Vec<Span>>,
}

impl<'a> Run<'a> {
    fn new(
        file: usize,
        migration: &'a Migration,
        options: &'a Options,
        rules: &'a [&'static Rule],
        later_files: &'a LaterFiles,
    ) -> Self {
        Self { file, migration, options, rules, later_files, statements: OnceLock::new() }
    }
}

impl Run<'_> {
    /// What the file changes in the schema.
    fn replay(&self, schema: &mut Schema) {
        self.walk(&nested_statements::open(self.migration), schema, |_, _| {});
    }

    /// What the rules say, unless the file is there for the schema only.
    fn check(&self, schema: &mut Schema) -> Option<FileReport> {
        if self.options.replayed.contains(&self.file) {
            self.replay(schema);
            return None;
        }
        let opened = nested_statements::open(self.migration);
        let mut directives = suppress::Directives::of(&self.migration.steps);
        let mut report = FileReport::default();
        self.walk(&opened, schema, |at, schema| {
            let impacts = self.statement(&opened, at, schema, &mut directives, &mut report);
            schema.hold(&impacts);
        });
        for (rule, problem) in directives.problems(self.options) {
            report.findings.push(self.finding(rule, None, problem, None));
        }
        report.findings.sort_by_key(|finding| (finding.span.start, finding.rule.id));
        report.not_analysed = self.not_analysed(&opened);
        Some(report)
    }

    /// Takes the schema through the file. `look` sees it before each statement.
    fn walk(
        &self,
        opened: &[NestedStatement<'_>],
        schema: &mut Schema,
        mut look: impl FnMut(usize, &mut Schema),
    ) {
        let outside =
            |operation: &Operation| not_allowed_in_transaction::forbidden(operation, schema).is_some();
        let transaction = wrapping::of(self.migration, self.options.transaction, outside);
        schema.start_file(Session::start(transaction, self.migration.statements));
        schema.save_start();
        let body = |at: usize| opened.get(at).and_then(|statement| statement.body);
        for (at, statement) in opened.iter().enumerate() {
            if statement.body.is_some() && (at == 0 || body(at - 1) != statement.body) {
                schema.enter_body();
            }
            look(at, schema);
            statement.steps.iter().for_each(|step| schema.apply(&step.operation));
            schema.settle();
            if statement.body.is_some() && body(at + 1) != statement.body {
                schema.leave_body();
            }
        }
    }

    fn statement(
        &self,
        opened: &[NestedStatement<'_>],
        at: usize,
        schema: &Schema,
        directives: &mut suppress::Directives<'_>,
        report: &mut FileReport,
    ) -> Vec<Impact> {
        let statement = &opened[at];
        let impact = |step: &Step| Impact::of(&step.operation, schema, self.options.pg_version);
        let impacts = statement.steps.iter().map(impact).collect::<Vec<_>>();
        for (step, impact) in statement.steps.iter().zip(&impacts) {
            let context = Context {
                options: self.options,
                step,
                siblings: &statement.steps,
                later: &opened[at + 1..],
                earlier: &opened[..at],
                schema,
                impact,
                impacts: &impacts,
                later_files: self.later_files,
                source: &self.migration.source,
                file: self.file,
                runner: self.runner(),
                place: statement.place,
            };
            for rule in self.rules {
                let Check::Step(look) = rule.check else { continue };
                let Some(mut problem) = look(&context) else { continue };
                problem.span = context.place.in_file(problem.span);
                let estimate = estimate::of(&context, rule);
                let mut finding = self.finding(rule, statement.stage, problem, estimate);
                if self.migration.is_sql() && statement.stage.is_none() && statement.body.is_none() {
                    finding.fix = fix::of(&context, rule, finding.span, || self.whole(step.span));
                }
                match directives.silence(step, rule.id) {
                    Some(reason) => report.allowed.push(Allowed { finding, reason }),
                    None => report.findings.push(finding),
                }
            }
        }
        impacts
    }

    /// YAML is midflight's own format: nobody else can run it.
    fn runner(&self) -> Runner {
        if self.migration.is_sql() { self.options.runner } else { Runner::Midflight }
    }

    /// Statements that nobody could look into. A `DO` block is one, whatever is in it.
    fn not_analysed(&self, opened: &[NestedStatement<'_>]) -> Vec<NotAnalysed> {
        let mut found = BTreeMap::new();
        for (at, statement) in opened.iter().enumerate() {
            let why = statement.steps.iter().find_map(|step| Some((step.span, opaque(step)?)));
            let Some((span, reason)) = why else { continue };
            let whole = statement.body.and_then(|outer| opened[outer].steps.first()).map(|outer| outer.span);
            let span = whole.unwrap_or_else(|| statement.place.in_file(span));
            found.entry(statement.body.unwrap_or(at)).or_insert((span, reason));
        }
        let of = |(span, reason)| NotAnalysed::new(self.file, &self.migration.source, span, reason);
        found.into_values().map(of).collect()
    }

    fn finding(
        &self,
        rule: &'static Rule,
        stage: Option<Stage>,
        problem: Problem,
        estimate: Option<Estimate>,
    ) -> Finding {
        let source = &self.migration.source;
        let mut severity = problem.severity.unwrap_or(rule.severity);
        if let Some(estimate) = &estimate {
            severity = estimate.severity(severity);
        }
        // what the user has placed runs as it stands, but a removal in contract is where it belongs
        let planned = stage.is_none() || stage == Some(Stage::Contract) && rule.id.starts_with("drop-");
        let online = rule.page.online().filter(|_| planned);
        if self.runner() == Runner::Midflight && online.is_some() {
            severity = severity.min(Severity::Advice);
        }
        let severity = self.options.severity.get(rule.id).copied().unwrap_or(severity);
        let mut help = problem.help;
        if let Some(online) = online {
            let separator = if help.is_empty() { "" } else { "\n" };
            help = format!("{help}{separator}{online}");
        }
        Finding {
            rule,
            severity,
            file: self.file,
            path: source.path.clone(),
            span: problem.span,
            start: source.position(problem.span.start),
            end: source.position(problem.span.end.max(problem.span.start)),
            message: problem.message,
            help,
            lock: problem.lock,
            estimate,
            fix: None,
        }
    }

    /// The statement that a part of it is in. The file is cut once, and only where it has to be.
    fn whole(&self, part: Span) -> Option<Span> {
        let statements = self.statements.get_or_init(|| migration::statements(&self.migration.source));
        let at = statements.partition_point(|statement| statement.end < part.end);
        statements.get(at).copied().filter(|statement| statement.start <= part.start)
    }
}

/// Why nobody could look into the statement, or not into all of it.
fn opaque(step: &Step) -> Option<String> {
    let Operation::Unplaced(unplaced) = &step.operation else { return None };
    match &unplaced.statement {
        _ if unplaced.head.starts_with('\\') => Some("only psql can carry it out".to_owned()),
        _ if !unplaced.recognised => Some("it can't be read".to_owned()),
        Statement::Do(body) if body.language != "plpgsql" => {
            Some(format!("it is written in {}", body.language))
        }
        Statement::Dynamic(_) => Some("it makes statements when it runs".to_owned()),
        Statement::Other if unplaced.head == "DO" => Some("`DO` runs code".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::source::Source;

    #[test]
    fn every_file_knows_what_all_files_before_it_made() {
        let files = 3 * FILES_AT_A_TIME + 1;
        let sql = |n: usize| {
            let drop = n.checked_sub(2).map(|before| format!("DROP TABLE t{before};\n")).unwrap_or_default();
            let widen = n.checked_sub(1).map(|before| format!("ALTER TABLE t{before} ALTER a TYPE text;\n"));
            format!("{drop}{}CREATE TABLE t{n} (a varchar(9));\n", widen.unwrap_or_default())
        };
        let read = |n| migration::parse(Source::new(format!("{n}.sql"), sql(n))).unwrap();
        let migrations = (0..files).map(read).collect::<Vec<_>>();
        let report = check(&migrations, &Options::default());
        let found = |rule: &str| {
            let found = report.findings.iter().filter(|finding| finding.rule.id == rule);
            found.map(|finding| finding.file).collect::<Vec<_>>()
        };
        // reported where the old type isn't known
        assert_eq!(found("change-type-rewrites"), Vec::<usize>::new());
        assert_eq!(found("drop-table"), (2..files).collect::<Vec<_>>());
    }
}
