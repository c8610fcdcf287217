//! Shows every step to every rule.

use std::collections::BTreeMap;

use super::context::Context;
use super::estimate::{self, Estimate};
use super::impact::Impact;
use super::opened::{self, Opened, Stage};
use super::outlook::Outlook;
use super::report::{Allowed, FileReport, Finding, NotAnalysed, Report};
use super::rule::{Check, Problem, Rule};
use super::rules::unparsable;
use super::schema::{Schema, Session};
use super::{Options, RULES, Runner, Severity, Snapshot, suppress, wrapping};
use crate::migration::operation::{Operation, Step};
use crate::migration::statement::Statement;
use crate::migration::{Migration, Unread};

/// Looks at migrations in order; each meets the schema that those before it left.
pub fn check(migrations: &[Migration], options: &Options) -> Report {
    check_against(&Snapshot::default(), migrations, options)
}

/// The same for migrations that meet a database as it is.
pub fn check_against(snapshot: &Snapshot, migrations: &[Migration], options: &Options) -> Report {
    let server =
        Options { pg_version: snapshot.server_major.unwrap_or(options.pg_version), ..options.clone() };
    let options = &server;
    let rules = RULES.iter().copied().filter(|rule| is_on(rule, options)).collect::<Vec<_>>();
    let outlook = Outlook::of(migrations);
    let mut schema = Schema::new(options, snapshot);
    let mut report = Report::default();
    for (file, migration) in migrations.iter().enumerate().filter(|(file, _)| !options.applied.contains(file))
    {
        let replayed = options.replayed.contains(&file);
        let rules = if replayed { &[] } else { rules.as_slice() };
        let run = Run { file, migration, options, rules, outlook: &outlook };
        let found = run.check(&mut schema);
        if !replayed {
            report.add(migration.statements, found);
        }
    }
    report
}

impl Report {
    /// Reports a file that can't be read. `migration` stands for it in the list that was checked, at `file`.
    pub fn add_unread(&mut self, file: usize, migration: &Migration, unread: &Unread, options: &Options) {
        let run = Run { file, migration, options, rules: &[], outlook: &Outlook::default() };
        let problem = unparsable::file(unread);
        let on = is_on(&unparsable::RULE, options);
        self.add_unreadable(on.then(|| run.finding(&unparsable::RULE, None, problem, None)));
    }
}

/// Whether a rule takes part.
pub fn is_on(rule: &Rule, options: &Options) -> bool {
    !options.disable.contains(rule.id) && (rule.on || options.enable.contains(rule.id))
}

/// One file of a run.
struct Run<'a> {
    file: usize,
    migration: &'a Migration,
    options: &'a Options,
    rules: &'a [&'static Rule],
    outlook: &'a Outlook,
}

impl Run<'_> {
    fn check(&self, schema: &mut Schema) -> FileReport {
        let transaction = wrapping::of(&self.migration.source, self.options.transaction);
        schema.start_file(Session::start(transaction, self.migration.statements));
        schema.save_start();
        let opened = opened::open(self.migration);
        let mut directives = suppress::Directives::of(&self.migration.steps);
        let mut report = FileReport::default();
        for (at, statement) in opened.iter().enumerate() {
            let body = |at: usize| opened.get(at).and_then(|statement| statement.body);
            if statement.body.is_some() && (at == 0 || body(at - 1) != statement.body) {
                schema.enter_body();
            }
            self.statement(&opened, at, schema, &mut directives, &mut report);
            if statement.body.is_some() && body(at + 1) != statement.body {
                schema.leave_body();
            }
        }
        for (rule, problem) in directives.problems(self.options) {
            report.findings.push(self.finding(rule, None, problem, None));
        }
        report.findings.sort_by_key(|finding| (finding.span.start, finding.rule.id));
        report.not_analysed = self.not_analysed(&opened);
        report
    }

    fn statement(
        &self,
        opened: &[Opened<'_>],
        at: usize,
        schema: &mut Schema,
        directives: &mut suppress::Directives<'_>,
        report: &mut FileReport,
    ) {
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
                outlook: self.outlook,
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
                let finding = self.finding(rule, statement.stage, problem, estimate);
                match directives.silence(step, rule.id) {
                    Some(reason) => report.allowed.push(Allowed { finding, reason }),
                    None => report.findings.push(finding),
                }
            }
        }
        schema.hold(&impacts);
        statement.steps.iter().for_each(|step| schema.apply(&step.operation));
        schema.settle();
    }

    /// YAML is midflight's own format: nobody else can run it.
    fn runner(&self) -> Runner {
        if self.migration.is_sql() { self.options.runner } else { Runner::Midflight }
    }

    /// Statements that nobody could look into. A `DO` block is one, whatever is in it.
    fn not_analysed(&self, opened: &[Opened<'_>]) -> Vec<NotAnalysed> {
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
        let online = rule.online.filter(|_| planned);
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
        }
    }
}

/// Why nobody could look into the statement, or not into all of it.
fn opaque(step: &Step) -> Option<String> {
    let Operation::Unplaced(unplaced) = &step.operation else { return None };
    match &unplaced.statement {
        _ if !unplaced.recognised => Some("it can't be read".to_owned()),
        Statement::Do(body) if body.language != "plpgsql" => {
            Some(format!("it is written in {}", body.language))
        }
        Statement::Dynamic(_) => Some("it makes statements when it runs".to_owned()),
        Statement::Other if unplaced.head == "DO" => Some("`DO` runs code".to_owned()),
        _ => None,
    }
}
