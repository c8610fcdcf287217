//! SQL under `-- midflight: phase …` and in YAML `sql:` runs as it stands, so it is looked at like any other.

use std::collections::BTreeSet;

use crate::migration::operation::{Expr, Operation, Step};
use crate::migration::source::Source;
use crate::migration::{self, Migration};

/// The stage that a user has put a statement in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before and while both releases run.
    Expand,
    /// After the old release is gone.
    Contract,
}

/// A migration's steps, with placed SQL opened up.
pub struct Steps {
    /// The steps; `statement` counts anew.
    pub steps: Vec<Step>,
    /// Where the user has put the step's statement, by the statement's number.
    pub stages: Vec<Option<Stage>>,
    /// Statements whose inner places are not places in the file (a YAML scalar that had to be decoded).
    pub decoded: BTreeSet<usize>,
}

impl Steps {
    /// Opens a migration.
    pub fn of(migration: &Migration) -> Self {
        let mut open = Self { steps: Vec::new(), stages: Vec::new(), decoded: BTreeSet::new() };
        for statement in migration.steps.chunk_by(|a, b| a.statement == b.statement) {
            match statement {
                [Step { operation: Operation::Sql(sql), .. }] => {
                    for (part, stage) in [(&sql.expand, Stage::Expand), (&sql.contract, Stage::Contract)] {
                        if let Some(part) = part {
                            open.push_placed(migration, &statement[0], part, stage);
                        }
                    }
                }
                _ => open.push(statement.to_vec(), None),
            }
        }
        open
    }

    fn push(&mut self, mut statement: Vec<Step>, stage: Option<Stage>) {
        statement.iter_mut().for_each(|step| step.statement = self.stages.len());
        self.steps.append(&mut statement);
        self.stages.push(stage);
    }

    fn push_placed(&mut self, migration: &Migration, outer: &Step, sql: &Expr, stage: Stage) {
        // leading blanks put every span where it belongs in the file
        let as_written = migration.source.slice(sql.span) == sql.value;
        let before = if as_written { " ".repeat(sql.span.start) } else { String::new() };
        let Ok(inner) = migration::parse(Source::new("placed.sql", before + &sql.value)) else {
            return self.push(vec![outer.clone()], Some(stage));
        };
        for statement in inner.steps.chunk_by(|a, b| a.statement == b.statement) {
            let mut statement = statement.to_vec();
            for step in &mut statement {
                step.allows.extend(outer.allows.iter().cloned());
                if !as_written {
                    self.decoded.insert(self.stages.len());
                    step.span = if sql.span.end > sql.span.start { sql.span } else { outer.span };
                }
            }
            self.push(statement, Some(stage));
        }
    }
}
