//! Shows every step to every rule.

use std::collections::BTreeSet;

use super::context::Context;
use super::estimate::{self, Estimate};
use super::impact::Impact;
use super::opened::{self, Opened, Stage};
use super::outlook::Outlook;
use super::report::{Finding, Report};
use super::rule::{Check, Problem, Rule};
use super::schema::{Schema, Session};
use super::{Options, RULES, Runner, Severity, Snapshot, suppress, wrapping};
use crate::migration::Migration;
use crate::migration::operation::{Operation, Step};
use crate::migration::statement::Statement;

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
    for (file, migration) in migrations.iter().enumerate() {
        let run = Run { file, migration, options, rules: &rules, outlook: &outlook };
        run.check(&mut schema, &mut report);
    }
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    report.summary.errors = count(Severity::Error);
    report.summary.warnings = count(Severity::Warning);
    report.summary.advice = count(Severity::Advice);
    report
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
    fn check(&self, schema: &mut Schema, report: &mut Report) {
        let transaction = wrapping::of(&self.migration.source, self.options.transaction);
        schema.start_file(Session::start(transaction, self.migration.statements));
        schema.save_start();
        let opened = opened::open(self.migration);
        let mut directives = suppress::Directives::of(&self.migration.steps);
        let mut findings = Vec::new();
        for (at, statement) in opened.iter().enumerate() {
            let body = |at: usize| opened.get(at).and_then(|statement| statement.body);
            if statement.body.is_some() && (at == 0 || body(at - 1) != statement.body) {
                schema.enter_body();
            }
            self.statement(&opened, at, schema, &mut directives, &mut findings);
            if statement.body.is_some() && body(at + 1) != statement.body {
                schema.leave_body();
            }
        }
        for (rule, problem) in directives.problems(self.options) {
            findings.push(self.finding(rule, None, problem, None));
        }
        findings.sort_by_key(|finding| (finding.span.start, finding.rule.id));
        report.summary.files += 1;
        report.summary.statements += self.migration.statements;
        report.summary.not_analysed += not_analysed(&opened);
        report.summary.suppressed += directives.silenced();
        report.findings.extend(findings);
    }

    fn statement(
        &self,
        opened: &[Opened],
        at: usize,
        schema: &mut Schema,
        directives: &mut suppress::Directives<'_>,
        findings: &mut Vec<Finding>,
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
                file: self.file,
                place: statement.place,
            };
            for rule in self.rules {
                let Check::Step(look) = rule.check else { continue };
                let Some(mut problem) = look(&context) else { continue };
                problem.span = context.place.in_file(problem.span);
                if !directives.silence(step, rule.id) {
                    let estimate = estimate::of(&context, rule);
                    findings.push(self.finding(rule, statement.stage, problem, estimate));
                }
            }
        }
        statement.steps.iter().for_each(|step| schema.apply(&step.operation));
        schema.settle(&impacts);
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
        // YAML is midflight's own format: nobody else can run it
        let midflight_runs = self.options.runner == Runner::Midflight || !self.migration.is_sql();
        // what the user has placed runs as it stands, but a removal in contract is where it belongs
        let planned = stage.is_none() || stage == Some(Stage::Contract) && rule.id.starts_with("drop-");
        let online = rule.online.filter(|_| planned);
        if midflight_runs && online.is_some() {
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

/// Statements that nobody could look into, or not into all of.
fn not_analysed(opened: &[Opened]) -> usize {
    let opaque = opened.iter().enumerate().filter(|(_, statement)| statement.steps.iter().any(opaque));
    opaque.map(|(at, statement)| statement.body.unwrap_or(at)).collect::<BTreeSet<_>>().len()
}

/// Whether nobody could look into the statement.
fn opaque(step: &Step) -> bool {
    match &step.operation {
        Operation::Unplaced(unplaced) => match &unplaced.statement {
            Statement::Do(body) => body.language != "plpgsql",
            Statement::Dynamic(_) => true,
            _ => !unplaced.recognised || unplaced.head == "DO",
        },
        _ => false,
    }
}
