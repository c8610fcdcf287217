//! `-- midflight: …` comments: read, given to their statement, part of the checksum.

use std::borrow::Cow;

use super::lex::Lexed;
use super::split::Statement;
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration::Contents;
use crate::migration::operation::{Allow, Expr, Name, Operation, PlacedSql, Step, UserTriggers};
use crate::migration::source::{Located, Source, Span};

mod foreign;
mod parse;
#[cfg(test)]
mod tests;

/// One directive and where it stands.
#[derive(Debug)]
pub struct Directive {
    span: Span,
    says: Says,
}

#[derive(Debug)]
enum Says {
    Reverse { column: Name, expr: Expr },
    Up { column: Name, expr: Expr },
    Phase(Phase),
    Allow(Vec<Allow>),
    AllowFile(Vec<Allow>),
    Nulls(Name),
    Triggers(UserTriggers),
    VersionSchema,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Expand,
    Backfill,
    Contract,
}

impl Directive {
    /// Whether it was written for another linter: a comment that may stand anywhere.
    fn is_foreign(&self) -> bool {
        matches!(&self.says, Says::Allow(allows) | Says::AllowFile(allows) if allows.iter().all(|allow| allow.foreign))
    }
}

/// What is allowed in the whole file, wherever it is said.
fn allow_in_file(directives: &[Directive], steps: &mut [Step]) {
    for directive in directives {
        let Says::AllowFile(allows) = &directive.says else { continue };
        steps.iter_mut().for_each(|step| step.allows.extend(allows.iter().cloned()));
    }
}

/// Every directive of a file, in order.
pub fn collect(source: &Source, lexed: &Lexed) -> Result<Vec<Directive>> {
    lexed.comments.iter().filter_map(|comment| parse::directive(source, comment.span).transpose()).collect()
}

/// Says which directives have no statement below them.
pub fn all_placed(source: &Source, directives: &[Directive], statements: &[Statement]) -> Result<()> {
    let last = statements.last().map_or(0, |last| last.span.end);
    let bound =
        |directive: &&Directive| !directive.is_foreign() && !matches!(directive.says, Says::AllowFile(_));
    match directives.iter().filter(bound).find(|directive| directive.span.start >= last) {
        Some(lost) => Err(Error::usage("this directive has no statement below it")
            .at(source, lost.span)
            .hint("a directive stands directly above the statement it is about")),
        None => Ok(()),
    }
}

/// Carries out the directives above and inside a statement on its steps. `after` is where the statement before
/// it ends.
pub fn apply(
    source: &Source,
    directives: &[Directive],
    after: usize,
    statement: &Statement,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let (start, end) = (statement.span.start, statement.span.end);
    let of_file = |directive: &&Directive| matches!(directive.says, Says::AllowFile(_));
    let mine = directives
        .iter()
        .filter(|directive| !of_file(directive) && (after..end).contains(&directive.span.start));
    let (placing, others): (Vec<_>, Vec<_>) =
        mine.partition(|directive| matches!(directive.says, Says::Phase(_)));
    for directive in others {
        let inside = directive.span.start > start;
        let below = steps.iter_mut().filter(|step| !inside || step.span.start > directive.span.start);
        apply_to(source, directive, below.take(if inside { 1 } else { usize::MAX }))?;
    }
    let Some((first, more)) = placing.split_first() else { return Ok(()) };
    let misplaced = more.first().or((first.span.start > start).then_some(first));
    if let Some(wrong) = misplaced {
        return Err(Error::usage("`phase` is said once, above the whole statement").at(source, wrong.span));
    }
    if let Says::Phase(phase) = first.says {
        place(source, phase, statement, steps);
    }
    Ok(())
}

fn apply_to<'a>(
    source: &Source,
    directive: &Directive,
    steps: impl Iterator<Item = &'a mut Step>,
) -> Result<()> {
    let mut used = false;
    let mut retyped = Vec::new();
    for step in steps {
        match (&directive.says, &mut step.operation) {
            (Says::Allow(allows), _) => {
                step.allows.extend(allows.iter().cloned());
                used = true;
            }
            (Says::Triggers(triggers), _) => {
                step.triggers = Some(*triggers);
                used = true;
            }
            // About the whole file, wherever it stands.
            (Says::VersionSchema, _) => used = true,
            (Says::Reverse { column, expr }, Operation::ChangeType(change)) if change.column == *column => {
                if change.down.replace(expr.clone()).is_some() {
                    let message = format!("the way back for `{column}` is given twice");
                    return Err(Error::usage(message).at(source, column.span));
                }
                used = true;
            }
            (Says::Nulls(column), Operation::RenameColumn(rename)) if rename.to == *column => {
                rename.nulls_written = true;
                used = true;
            }
            (Says::Up { column, expr }, operation)
                if valued(operation).is_some_and(|of| of == column.value) =>
            {
                if up(operation).and_then(|up| up.replace(expr.clone())).is_some() {
                    let message = format!("the value of `{column}` is given twice");
                    return Err(Error::usage(message).at(source, column.span));
                }
                used = true;
            }
            (_, Operation::ChangeType(change)) => retyped.push(change.column.to_string()),
            _ => {}
        }
    }
    match &directive.says {
        _ if used || directive.is_foreign() => Ok(()),
        Says::Reverse { column, .. } => Err(no_type_change(source, column, &retyped)),
        Says::Up { column, .. } => Err(Error::usage(format!(
            "the statement below neither adds column `{column}` nor makes it NOT NULL"
        ))
        .at(source, column.span)
        .hint(if retyped.contains(&column.to_string()) {
            "the value of a column whose type changes is written with `USING`"
        } else {
            "`up` belongs above an `ALTER TABLE … ADD COLUMN` or `… ALTER COLUMN … SET NOT NULL`"
        })),
        Says::Nulls(column) => Err(Error::usage(format!(
            "the statement below gives no column the name `{}`",
            column.as_str()
        ))
        .at(source, column.span)
        .hint("`nulls` belongs above an `ALTER TABLE … RENAME COLUMN`, and names the new name; in YAML it is `nulls_written: true`")),
        // About the whole file.
        Says::VersionSchema => Ok(()),
        Says::Phase(_) | Says::Allow(_) | Says::AllowFile(_) | Says::Triggers(_) => Err(Error::usage("nothing follows this directive in the statement").at(source, directive.span)),
    }
}

/// The column that gets a value from `up`, if the operation takes one.
fn valued(operation: &Operation) -> Option<Ident> {
    match operation {
        Operation::AddColumn(op) => Some(op.column.name.value.clone()),
        Operation::SetNotNull(op) => Some(op.column.value.clone()),
        _ => None,
    }
}

fn up(operation: &mut Operation) -> Option<&mut Option<Expr>> {
    match operation {
        Operation::AddColumn(op) => Some(&mut op.up),
        Operation::SetNotNull(op) => Some(&mut op.up),
        _ => None,
    }
}

fn no_type_change(source: &Source, column: &Name, retyped: &[String]) -> Error {
    let error = Error::usage(format!("the statement below doesn't change the type of `{column}`"))
        .at(source, column.span);
    match crate::text::nearest(column.as_str(), retyped.iter().map(String::as_str))
        .or(retyped.first().map(String::as_str))
    {
        Some(meant) => error.hint(format!("it changes the type of `{meant}`")),
        None => error.hint("`reverse` belongs above an `ALTER TABLE … ALTER COLUMN … TYPE`"),
    }
}

/// The whole statement becomes SQL in a stage, whatever it is.
fn place(source: &Source, phase: Phase, statement: &Statement, steps: &mut Vec<Step>) {
    let sql = Some(Located::new(source.slice(statement.span).to_owned(), statement.span));
    let placed = match phase {
        Phase::Expand => PlacedSql { expand: sql, ..PlacedSql::default() },
        Phase::Backfill => PlacedSql { backfill: sql, ..PlacedSql::default() },
        Phase::Contract => PlacedSql { contract: sql, ..PlacedSql::default() },
    };
    steps.truncate(1);
    for step in steps {
        step.operation = Operation::Sql(placed.clone());
        step.span = statement.span;
    }
}

/// The text of a file that means something, one token a line: its checksum must survive a new comment or indent.
/// What a directive allows changes nothing in the database, so it is left out.
pub fn meaning(source: &Source, lexed: &Lexed, directives: &[Directive]) -> String {
    let said =
        directives.iter().filter(|directive| !matches!(directive.says, Says::Allow(_) | Says::AllowFile(_)));
    let said = said.map(|said| (said.span.start, Cow::from(parse::normal(source, said.span))));
    let written =
        lexed.tokens.iter().map(|tok| tok.span).chain(lexed.broken.iter().map(|broken| broken.span));
    let written = written.map(|span| (span.start, Cow::from(source.slice(span))));
    let rows = lexed.rows_without_tokens(&source.text).map(|(start, text)| (start, Cow::from(text)));
    let mut parts: Vec<_> = said.chain(written).chain(rows).collect();
    parts.sort_by_key(|(start, _)| *start);
    parts.iter().flat_map(|(_, text)| [text.as_ref(), "\n"]).collect()
}

/// What a file holds once its directives are carried out.
pub fn carry_out(
    source: &Source,
    lexed: &Lexed,
    statements: &[Statement],
    read: impl Fn(Statement, usize) -> Vec<Step>,
) -> Result<Contents> {
    let directives = collect(source, lexed)?;
    all_placed(source, &directives, statements)?;
    let (mut steps, mut after) = (Vec::new(), 0);
    for (number, statement) in statements.iter().enumerate() {
        let mut own = read(*statement, number);
        apply(source, &directives, after, statement, &mut own)?;
        steps.append(&mut own);
        after = statement.span.end;
    }
    allow_in_file(&directives, &mut steps);
    let version_schema = directives.iter().any(|directive| matches!(directive.says, Says::VersionSchema));
    let meaning = meaning(source, lexed, &directives);
    Ok(Contents { steps, statements: statements.len(), version_schema, meaning })
}
