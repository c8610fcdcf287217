//! A column that goes over another type to the last one: an enum to text, and back to an enum that was recreated. The rows
//! are converted once, by both expressions; a type that is dropped in between goes once they are.

use super::File;
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{ChangeType, Expr, Name, Operation, Step, TableRef, Unplaced};
use crate::migration::statement::Statement;

/// The steps with one change of type for each column.
pub(super) fn once(file: &File<'_>, steps: &[Step]) -> Vec<Step> {
    let new_tables = file.new_tables(steps);
    let mut settled: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let Operation::ChangeType(later) = &step.operation else {
            settled.push(step.clone());
            continue;
        };
        let table = file.resolve(&later.table);
        let known =
            file.catalog.tables.get(&table).is_some_and(|table| table.column(&later.column).is_some());
        let earlier = settled.iter().rposition(|earlier| match &earlier.operation {
            Operation::ChangeType(op) => file.resolve(&op.table) == table && op.column == later.column,
            _ => false,
        });
        let both = earlier.filter(|_| known && !new_tables.contains(&table)).and_then(|at| {
            let Operation::ChangeType(first) = &settled[at].operation else { return None };
            Some((at, together(first, later)?))
        });
        match both {
            Some((at, change)) => {
                settled.remove(at);
                let step = Step { operation: Operation::ChangeType(change), ..step.clone() };
                settled.push(step);
                drops_after(file, &mut settled, at);
            }
            None => settled.push(step.clone()),
        }
    }
    settled
}

/// Both changes in one expression, where the value in between can be written.
fn together(first: &ChangeType, later: &ChangeType) -> Option<ChangeType> {
    let plain = first.down.is_none() && first.rename_to.is_none() && later.rename_to.is_none();
    // An assignment refuses what is too long for the type, a cast cuts it off.
    if !plain || first.collation.is_some() || first.type_.contains('(') {
        return None;
    }
    let (table, column) = (&first.table.name, &first.column.value);
    let between = match &first.up {
        Some(up) if up.tree().is_none() => return None,
        Some(up) => format!("({up})::{}", first.type_.value),
        None => format!("{column}::{}", first.type_.value),
    };
    let up = match &later.up {
        Some(up) => up.over(table, column, &between)?,
        None => Expr::new(between, later.type_.span),
    };
    Some(ChangeType { up: Some(Expr::new(up.text(), up.span)), ..later.clone() })
}

/// Types that the file drops between the two changes keep their rows until the second: they are dropped behind it, and out
/// of the way until then where another one takes the name.
fn drops_after(file: &File<'_>, settled: &mut Vec<Step>, from: usize) {
    let mut at = from;
    while let Some(step) = settled.get(at) {
        let (kind, name) = match &step.operation {
            Operation::DropType(op) if !op.cascade => (ObjectKind::Type, file.resolve(&op.name)),
            Operation::DropDomain(op) if !op.cascade => (ObjectKind::Domain, file.resolve(&op.name)),
            _ => {
                at += 1;
                continue;
            }
        };
        let mut step = settled.remove(at);
        if let Some(aside) = made_again(file, settled.get(at..).unwrap_or_default(), &name) {
            settled.insert(at, renamed(kind, &name, &aside, &step));
            at += 1;
            let aside = TableRef { schema: Some(name.schema.clone()), name: aside };
            if let Operation::DropType(op) | Operation::DropDomain(op) = &mut step.operation {
                op.name.value = aside;
            }
        }
        settled.push(step);
        // What was pushed is not looked at again.
        if settled[at..]
            .iter()
            .all(|step| matches!(step.operation, Operation::DropType(_) | Operation::DropDomain(_)))
        {
            return;
        }
    }
}

/// The name that a type has from then on, if another one of its name is made below.
fn made_again(file: &File<'_>, below: &[Step], name: &TableName) -> Option<Ident> {
    let again = below.iter().any(|step| match &step.operation {
        Operation::CreateType(op) | Operation::CreateDomain(op) => file.resolve(&op.name) == *name,
        Operation::Unplaced(op) => match &op.statement {
            Statement::Rename { name: other, table: None, part: None, to, .. } => {
                to.value == name.name && file.resolve(other).schema == name.schema
            }
            Statement::SetSchema { name: other, to, .. } => {
                other.name == name.name && to.value == name.schema
            }
            _ => false,
        },
        _ => false,
    });
    again.then(|| name.name.prefixed("_midflight_old_"))
}

fn renamed(kind: ObjectKind, name: &TableName, to: &Ident, drop: &Step) -> Step {
    let target = TableRef { schema: Some(name.schema.clone()), name: name.name.clone() };
    let (span, words) = (drop.span, kind.keywords());
    let statement = Statement::Rename {
        kind,
        name: crate::migration::source::Located::new(target, span),
        table: None,
        part: None,
        to: Name::new(to.clone(), span),
    };
    let unplaced = Unplaced {
        sql: format!("ALTER {words} {name} RENAME TO {to}"),
        head: format!("ALTER {words}"),
        target: None,
        recognised: true,
        error: None,
        statement,
    };
    Step { operation: Operation::Unplaced(unplaced), ..drop.clone() }
}
