//! `DO` blocks that make or change one thing under a condition, as files are written that may run twice:
//! `BEGIN CREATE TYPE … EXCEPTION WHEN duplicate_object THEN NULL; END` and `IF NOT EXISTS (SELECT … FROM pg_constraint …)
//! THEN ALTER TABLE … ADD CONSTRAINT … ; END IF`.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::lex;
use crate::migration::operation::{Operation, Step};
use crate::migration::source::{Source, Span};
use crate::migration::stack;
use crate::migration::statement::{Body, Statement};

/// When the statement of a block runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Unless what it makes is there already.
    Unless,
    /// If what it changes is there.
    If,
}

/// What a block does, if it is one of these, and when. Places are those of the file.
pub fn guarded(step: &Step) -> Option<(Guard, Step)> {
    let Operation::Unplaced(unplaced) = &step.operation else { return None };
    let Statement::Do(body) = &unplaced.statement else { return None };
    if body.language != "plpgsql" || !body.verbatim {
        return None;
    }
    let source = Source::new("", body.text.value.as_str());
    let lexed = lex(&source.text);
    let cursor = Cursor::new(&source, &lexed.tokens);
    let (guard, statement, literals) = by_exception(cursor).or_else(|| by_question(cursor))?;
    let inner = read(body, &source, statement)?;
    let about = literals.is_none_or(|literals| speaks_of(&inner.operation, &literals));
    let conditional = guard == Guard::If || makes_something(&inner.operation);
    (about && conditional).then(|| {
        let inner = Step {
            span: step.span,
            statement: step.statement,
            allows: step.allows.clone(),
            triggers: step.triggers,
            ..inner
        };
        (guard, inner)
    })
}

type Found = (Guard, Span, Option<Vec<String>>);

/// `BEGIN statement; EXCEPTION WHEN duplicate_object THEN NULL; END`
fn by_exception(mut cursor: Cursor) -> Option<Found> {
    cursor.eat("BEGIN").then_some(())?;
    let statement = statement(&mut cursor)?;
    cursor.eat("EXCEPTION").then_some(())?;
    let mut guards = Vec::new();
    while cursor.eat("WHEN") {
        loop {
            guards.push(cursor.name().ok()?.value.as_str().to_owned());
            if !cursor.eat("OR") {
                break;
            }
        }
        cursor.eat("THEN").then_some(())?;
        let handled = cursor.until(|at| at.at_token(&Token::SemiColon));
        (handled.at("NULL") || handled.at("RAISE NOTICE")).then_some(())?;
        cursor.skip(1);
    }
    end(cursor)?;
    let all =
        |names: &[&str]| !guards.is_empty() && guards.iter().all(|guard| names.contains(&guard.as_str()));
    let there =
        ["duplicate_object", "duplicate_table", "duplicate_column", "duplicate_schema", "duplicate_function"];
    let gone = ["undefined_object", "undefined_table", "undefined_column", "undefined_function"];
    let guard = match (all(&there), all(&gone)) {
        (true, _) => Guard::Unless,
        (_, true) => Guard::If,
        _ => return None,
    };
    Some((guard, statement, None))
}

/// `BEGIN IF NOT EXISTS (SELECT …) THEN statement; END IF; END`
fn by_question(mut cursor: Cursor) -> Option<Found> {
    cursor.eat("BEGIN").then_some(())?;
    cursor.eat("IF").then_some(())?;
    let guard = if cursor.eat("NOT EXISTS") {
        Guard::Unless
    } else if cursor.eat("EXISTS") {
        Guard::If
    } else {
        return None;
    };
    let question = cursor.group("a query").ok()?;
    asks_the_catalog(question).then_some(())?;
    let literals = literals(question);
    cursor.eat("THEN").then_some(())?;
    let statement = statement(&mut cursor)?;
    cursor.eat("END IF").then_some(())?;
    cursor.eat_token(&Token::SemiColon).then_some(())?;
    end(cursor)?;
    Some((guard, statement, Some(literals)))
}

fn end(mut cursor: Cursor) -> Option<()> {
    cursor.eat("END").then_some(())?;
    cursor.eat_token(&Token::SemiColon);
    cursor.is_empty().then_some(())
}

/// One statement with its semicolon.
fn statement(cursor: &mut Cursor) -> Option<Span> {
    let statement = cursor.until(|at| at.at_token(&Token::SemiColon));
    (!statement.is_empty() && cursor.eat_token(&Token::SemiColon)).then(|| statement.span())
}

fn asks_the_catalog(question: Cursor) -> bool {
    let known = |name: &str| {
        name.eq_ignore_ascii_case("information_schema")
            || name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("pg_"))
    };
    let names = question.tokens.iter().filter_map(|tok| match &tok.token {
        Token::Word(word) => Some(word.value.as_str()),
        _ => None,
    });
    question.at("SELECT") && names.into_iter().any(known)
}

fn literals(question: Cursor) -> Vec<String> {
    let texts = question.tokens.iter().filter_map(|tok| match &tok.token {
        Token::SingleQuotedString(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}

/// The statement with its places in the file: the text before it is left blank.
fn read(body: &Body, source: &Source, statement: Span) -> Option<Step> {
    let at = body.text.span.start + statement.start;
    let text = format!("{}{}", " ".repeat(at), source.slice(statement));
    let source = Source::new("", text);
    let contents = stack::deep(|| super::read(&source)).ok()?.ok()?;
    let mut steps = contents.steps.into_iter();
    let (step, more) = (steps.next()?, steps.next());
    (more.is_none() && !matches!(step.operation, Operation::Unplaced(_))).then_some(step)
}

/// What the statement makes or changes is what the question was about.
fn speaks_of(operation: &Operation, literals: &[String]) -> bool {
    let said = |name: &str| literals.iter().any(|literal| literal == name);
    own_name(operation).is_some_and(|name| said(&name))
}

/// The name of what an operation makes, changes or takes away.
pub fn own_name(operation: &Operation) -> Option<String> {
    if let Some((_, op)) = operation.created() {
        return Some(op.name.name.as_str().to_owned());
    }
    if let Some((_, op)) = operation.dropped() {
        return Some(op.name.name.as_str().to_owned());
    }
    let name = match operation {
        Operation::CreateTable(op) => &op.table.name,
        Operation::DropTable(op) => &op.table.name,
        Operation::RenameTable(op) => &op.table.name,
        Operation::AddColumn(op) => &op.column.name.value,
        Operation::AddCheck(op) => &op.name.as_ref()?.value,
        Operation::AddForeignKey(op) => &op.name.as_ref()?.value,
        Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => &op.name.as_ref()?.value,
        Operation::AddExclusion(op) => &op.name.as_ref()?.value,
        Operation::DropConstraint(op) => &op.name.value,
        Operation::RenameConstraint(op) => &op.name.value,
        Operation::CreateIndex(op) => &op.name.as_ref()?.value,
        Operation::DropIndex(op) => &op.index.name,
        Operation::RenameIndex(op) => &op.index.name,
        Operation::AddEnumValue(op) => return Some(op.value.clone()),
        other => &other.column_needed()?.value,
    };
    Some(name.as_str().to_owned())
}

fn makes_something(operation: &Operation) -> bool {
    operation.created().is_some()
        || matches!(
            operation,
            Operation::CreateTable(_)
                | Operation::AddColumn(_)
                | Operation::AddCheck(_)
                | Operation::AddForeignKey(_)
                | Operation::AddUnique(_)
                | Operation::AddPrimaryKey(_)
                | Operation::AddExclusion(_)
                | Operation::CreateIndex(_)
                | Operation::AddEnumValue(_)
        )
}
