//! Statements that PostgreSQL rejects inside a transaction.

use crate::lint::schema::{self, Block, Schema};
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration::object::{CreateObject, ObjectKind};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::source::Source;
use crate::migration::{self, Piece};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not-allowed-in-transaction",
    severity: Severity::Error,
    class: Class::Transaction,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/not-allowed-in-transaction.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    if let Some((kind, create)) = cx.step.operation.created() {
        return in_function(cx, kind, create);
    }
    if !cx.in_transaction() {
        return None;
    }
    let what = forbidden(&cx.step.operation, cx.schema)?;
    let (why, help) = if cx.schema.session.in_body {
        ("a DO block is one transaction", format!("take {what} out of the DO block and run it by itself"))
    } else {
        match cx.block() {
            Block::Runner => (
                "the runner opens a transaction around this file",
                format!("put {what} in a file of its own and tell the runner to open no transaction for it"),
            ),
            Block::QueryString => (
                "several statements sent as one string are one transaction",
                format!(
                    "put {what} in a file of its own: a string with one statement is no transaction block"
                ),
            ),
            Block::Written | Block::None => (
                "it is inside BEGIN … COMMIT",
                format!("run {what} by itself, after the COMMIT or in a file of its own"),
            ),
        }
    };
    Some(Problem::new(cx.step.span, format!("{what} fails here: {why}")).help(help))
}

/// A function is part of the transaction of whoever calls it, and nothing in a procedure's body is a statement of the
/// session either.
fn in_function(cx: &Context<'_>, kind: ObjectKind, create: &CreateObject) -> Option<Problem> {
    if !matches!(kind, ObjectKind::Function | ObjectKind::Procedure) {
        return None;
    }
    let body = schema::body(create.definition.as_ref()?);
    // reading a body takes longer than looking for these
    if !FORBIDDEN_WORDS.iter().any(|word| migration::contains(body, word)) {
        return None;
    }
    let statements = migration::pieces(body).into_iter().filter_map(|piece| match piece {
        Piece::Sql(span) => Some(body[span.range()].to_owned()),
        Piece::Constant(sql) => Some(sql.value),
        Piece::Dynamic(_) => None,
    });
    let what = statements.into_iter().find_map(|sql| {
        let inner = migration::parse(Source::new("body.sql", sql)).ok()?;
        inner.steps.iter().find_map(|step| forbidden(&step.operation, cx.schema)).map(str::to_owned)
    })?;
    let message = format!("{what} fails inside `{}`: a {} runs in a transaction", create.name, kind.noun());
    Some(Problem::new(cx.step.span, message).help(format!("run {what} by itself, from the session")))
}

/// One of these is in every statement that can't be in a transaction.
const FORBIDDEN_WORDS: &[&str] =
    &["CONCURRENTLY", "VACUUM", "REINDEX", "CLUSTER", "DATABASE", "SYSTEM", "TABLESPACE", "SUBSCRIPTION"];

/// How PostgreSQL calls the statement, if it can't be in a transaction.
pub fn forbidden<'a>(operation: &'a Operation, schema: &Schema) -> Option<&'a str> {
    operation.outside_transactions(&Known(schema))
}

struct Known<'s>(&'s Schema);

impl migration::Partitioned for Known<'_> {
    fn table(&self, table: &TableRef) -> bool {
        self.0.is_partitioned(&self.0.resolve(table))
    }

    fn index(&self, index: &TableRef) -> bool {
        self.0.index(index).is_some_and(|index| self.0.is_partitioned(&index.table))
    }
}
