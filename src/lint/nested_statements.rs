//! Statements inside statements, brought to the surface: SQL under `-- midflight: phase …` and in YAML `sql:`, and the
//! bodies of `DO` blocks.

use std::borrow::Cow;

use crate::migration::operation::{Operation, SqlText, Step, Unplaced};
use crate::migration::source::{Source, Span};
use crate::migration::statement::{Body, Statement};
use crate::migration::{self, Migration, Piece};

/// The stage that a user has put a statement in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before and while both releases run.
    Expand,
    /// After the old release is gone.
    Contract,
}

/// A statement and where it came from.
#[derive(Debug)]
pub struct NestedStatement<'a> {
    /// Its steps.
    pub steps: Cow<'a, [Step]>,
    /// Where the user has put it.
    pub stage: Option<Stage>,
    /// Where its places are in the file.
    pub place: Place,
    /// The `DO` block that it is in, by its place in the list.
    pub body: Option<usize>,
}

/// How places inside a statement become places in the file.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// They are so many bytes further on.
    Shifted(usize),
    /// They are nowhere in the file: this stands for all of them.
    Within(Span),
}

impl Place {
    /// The place in the file.
    pub fn in_file(self, span: Span) -> Span {
        match self {
            Self::Shifted(offset) => Span::new(span.start + offset, span.end + offset),
            Self::Within(outer) => outer,
        }
    }
}

/// Opens a migration.
pub fn open(migration: &Migration) -> Vec<NestedStatement<'_>> {
    let mut nested = Vec::new();
    for statement in migration.steps.chunk_by(|a, b| a.statement == b.statement) {
        let place = Place::Shifted(0);
        match statement {
            [step @ Step { operation: Operation::Sql(sql), .. }] => {
                for (part, stage) in [(&sql.expand, Stage::Expand), (&sql.contract, Stage::Contract)] {
                    if let Some(part) = part {
                        let verbatim = migration.source.slice(part.span) == part.value;
                        push_sql(&mut nested, step, &part.value, placed(step, part, verbatim), Some(stage));
                    }
                }
            }
            steps => {
                push(&mut nested, NestedStatement { steps: steps.into(), stage: None, place, body: None });
            }
        }
    }
    nested
}

fn placed(step: &Step, part: &SqlText, verbatim: bool) -> Place {
    match verbatim {
        true => Place::Shifted(part.span.start),
        false if part.span.end > part.span.start => Place::Within(part.span),
        false => Place::Within(step.span),
    }
}

/// The statements of a text that stands in the file in some way.
fn push_sql(
    nested: &mut Vec<NestedStatement<'_>>,
    outer: &Step,
    sql: &str,
    place: Place,
    stage: Option<Stage>,
) {
    let Ok(inner) = migration::parse(Source::new("placed.sql", sql)) else {
        let whole = NestedStatement {
            steps: vec![outer.clone()].into(),
            stage,
            place: Place::Shifted(0),
            body: None,
        };
        return nested.push(whole);
    };
    for statement in inner.steps.chunk_by(|a, b| a.statement == b.statement) {
        let mut steps = statement.to_vec();
        steps.iter_mut().for_each(|step| step.allows.extend(outer.allows.iter().cloned()));
        push(nested, NestedStatement { steps: steps.into(), stage, place, body: None });
    }
}

/// A statement, and behind a `DO` what is in it.
fn push<'a>(nested: &mut Vec<NestedStatement<'a>>, statement: NestedStatement<'a>) {
    let block = match &*statement.steps {
        [
            outer @ Step {
                operation: Operation::Unplaced(Unplaced { statement: Statement::Do(body), .. }),
                ..
            },
        ] => Some((outer.clone(), body.clone())),
        _ => None,
    };
    let (stage, place) = (statement.stage, statement.place);
    nested.push(statement);
    if let Some((outer, body)) = block {
        let number = nested.len() - 1;
        let inside = match (body.verbatim, place) {
            (true, Place::Shifted(offset)) => Place::Shifted(offset + body.text.span.start),
            (_, place) => Place::Within(place.in_file(body.text.span)),
        };
        let from = nested.len();
        push_body(nested, &outer, &body, inside, stage);
        nested[from..].iter_mut().for_each(|inner| inner.body = Some(number));
    }
}

fn push_body(
    nested: &mut Vec<NestedStatement<'_>>,
    outer: &Step,
    body: &Body,
    place: Place,
    stage: Option<Stage>,
) {
    if body.language != "plpgsql" {
        return;
    }
    let text = &body.text.value;
    for piece in migration::pieces(text) {
        match piece {
            Piece::Sql(span) => {
                let inside = match place {
                    Place::Shifted(offset) => Place::Shifted(offset + span.start),
                    within @ Place::Within(_) => within,
                };
                push_sql(nested, outer, &performed(&text[span.range()]), inside, stage);
            }
            Piece::Constant(sql) => {
                push_sql(nested, outer, &sql.value, Place::Within(place.in_file(sql.span)), stage);
            }
            Piece::Dynamic(span) => {
                let unplaced = Unplaced {
                    sql: text[span.range()].to_owned(),
                    head: "EXECUTE".to_owned(),
                    target: None,
                    recognised: true,
                    error: None,
                    statement: Statement::Dynamic(span),
                };
                let operation = Operation::Unplaced(unplaced);
                let step = Step {
                    operation,
                    span,
                    statement: 0,
                    if_exists: None,
                    allows: outer.allows.clone(),
                    triggers: None,
                };
                nested.push(NestedStatement { steps: vec![step].into(), stage, place, body: None });
            }
        }
    }
}

/// `PERFORM f()` is `SELECT f()`; the blank keeps places where they are.
fn performed(sql: &str) -> String {
    match sql.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("perform") => format!("SELECT {}", &sql[7..]),
        _ => sql.to_owned(),
    }
}
