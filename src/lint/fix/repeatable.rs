//! Clauses by which a statement can run twice.

use super::Fix;
use super::statement::Statement;
use crate::migration::operation::Operation;
use crate::migration::source::Span;

const MAKES: &str = "IF NOT EXISTS";
const DROPS: &str = "IF EXISTS";

/// `IF NOT EXISTS`, `IF EXISTS`, `OR REPLACE`
pub fn clause(statement: &Statement<'_>, _: Span) -> Option<Fix> {
    let edit = match statement.operation() {
        Operation::CreateTable(_) => statement.insert_behind("TABLE", MAKES),
        Operation::CreateIndex(_) => statement.insert_behind("INDEX", MAKES),
        Operation::DropTable(_) if alone(statement) => statement.insert_behind("TABLE", DROPS),
        Operation::DropIndex(_) if alone(statement) => {
            statement.insert_behind_any(&["INDEX CONCURRENTLY", "INDEX"], DROPS)
        }
        Operation::AddColumn(add) => {
            let action = statement.action()?;
            let start = add.column.name.span.start;
            return Some(Fix { edits: vec![action.insert_at(start, MAKES)?], ..statement.fix() });
        }
        Operation::DropColumn(drop) => return dropped(statement, drop.column.span),
        Operation::DropConstraint(drop) => return dropped(statement, drop.name.span),
        operation => object(statement, operation),
    }?;
    Some(Fix { edits: vec![edit], ..statement.fix() })
}

fn alone(statement: &Statement<'_>) -> bool {
    statement.cx.siblings.len() == 1
}

fn dropped(statement: &Statement<'_>, name: Span) -> Option<Fix> {
    let edit = statement.action()?.insert_at(name.start, DROPS)?;
    Some(Fix { edits: vec![edit], ..statement.fix() })
}

fn object(statement: &Statement<'_>, operation: &Operation) -> Option<super::Edit> {
    if let Some((kind, create)) = operation.created() {
        // a constraint trigger can't be replaced
        return match kind.takes_if_not_exists() {
            true => statement.insert_behind_any(&[kind.keywords()], MAKES),
            false if create.modifier.is_some() => None,
            false => statement.insert_behind("CREATE", "OR REPLACE"),
        };
    }
    let (kind, _) = operation.dropped()?;
    alone(statement).then(|| statement.insert_behind_any(&[kind.keywords()], DROPS)).flatten()
}
