//! `DROP CONSTRAINT`, of anything but a primary key.

use crate::ident::Ident;
use crate::lint::schema::ConstraintRule;
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{ConstraintTarget, Name, Operation};

/// The rule.
pub static RULE: Rule = Rule {
    id: "drop-constraint",
    severity: Severity::Warning,
    class: Class::Destructive,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/drop-constraint.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropConstraint(drop) = &cx.step.operation else { return None };
    let known = cx.schema.constraint(&drop.table, &drop.name);
    if cx.created_here(&drop.table)
        || known.is_some_and(|known| cx.is_new(known.created_in))
        || super::is_primary_key(cx, drop)
        || proves_not_null_flag(cx, drop)
        || is_replaced(cx, drop)
        || goes_anyway(cx, drop)
    {
        return None;
    }
    let (table, name) = (&drop.table, &drop.name);
    let loss = match known.map(|known| &known.rule) {
        Some(ConstraintRule::Check { condition, .. }) => {
            format!("rows come in for which `{condition}` is false")
        }
        Some(ConstraintRule::ForeignKey { references, .. }) => {
            format!("rows come in that refer to nothing in `{references}`, which is locked as well")
        }
        Some(ConstraintRule::Unique(columns)) => {
            let columns = columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("duplicates of ({columns}) come in, and `ON CONFLICT ({columns})` fails")
        }
        _ => "rows come in that it kept out".to_owned(),
    };
    let message = format!("without `{name}` on `{table}`, {loss}");
    let help = format!(
        "make sure that no release relies on `{name}`, then say so: `-- midflight: allow drop-constraint because …`"
    );
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

/// The check that let SET NOT NULL skip its scan has done its work.
fn proves_not_null_flag(cx: &Context<'_>, drop: &ConstraintTarget) -> bool {
    let set = |operation: &Operation, column: Option<&Ident>| match operation {
        Operation::SetNotNull(set) => {
            set.table.value == drop.table.value && column.is_none_or(|column| *column == set.column.value)
        }
        _ => false,
    };
    let Some(known) = cx.schema.constraint(&drop.table, &drop.name) else {
        // a check that no file speaks of, where the recipe's last step is
        return cx.earlier_steps().any(|earlier| set(earlier, None));
    };
    let ConstraintRule::Check { condition, proves_not_null } = &known.rule else { return false };
    let flag = |column: &Ident| cx.column(&drop.table, column).is_some_and(|column| column.not_null);
    // too early it is a scan, which set-not-null-scans reports
    let soon = |column: &Ident| {
        let beside = cx.siblings.iter().map(|step| &step.operation);
        beside.chain(cx.later_steps()).any(|operation| set(operation, Some(column)))
    };
    condition.only_forbids_null() && proves_not_null.iter().all(|column| flag(column) || soon(column))
}

/// Whether the file drops what it is on: the table, or a column of it. That is reported there.
fn goes_anyway(cx: &Context<'_>, drop: &ConstraintTarget) -> bool {
    let on: &[Ident] = match cx.schema.constraint(&drop.table, &drop.name).map(|known| &known.rule) {
        Some(ConstraintRule::ForeignKey { columns, .. } | ConstraintRule::Unique(columns)) => columns,
        _ => &[],
    };
    let referred = match cx.schema.constraint(&drop.table, &drop.name).map(|known| &known.rule) {
        Some(ConstraintRule::ForeignKey { references, .. }) => Some(references),
        _ => None,
    };
    let beside = cx.siblings.iter().map(|step| &step.operation);
    beside.chain(cx.later_steps()).any(|later| match later {
        Operation::DropTable(gone) => {
            gone.table.value == drop.table.value || referred == Some(&cx.schema.resolve(&gone.table))
        }
        Operation::DropColumn(gone) => {
            gone.table.value == drop.table.value && on.contains(&gone.column.value)
        }
        _ => false,
    })
}

/// Whether the file puts another in its place.
fn is_replaced(cx: &Context<'_>, drop: &ConstraintTarget) -> bool {
    let old = cx.schema.constraint(&drop.table, &drop.name).map(|known| &known.rule);
    let beside = cx.siblings.iter().map(|step| &step.operation);
    let renamed = |operation: &Operation| {
        matches!(operation, Operation::RenameConstraint(rename)
            if rename.table.value == drop.table.value && rename.to.value == drop.name.value)
    };
    cx.later_steps().any(renamed)
        || cx.earlier_steps().chain(beside).chain(cx.later_steps()).any(|other| replaces(other, drop, old))
}

fn replaces(operation: &Operation, drop: &ConstraintTarget, old: Option<&ConstraintRule>) -> bool {
    let same = |names: &[Name], columns: &[Ident]| {
        names.len() == columns.len() && names.iter().all(|name| columns.contains(name))
    };
    let (table, name, like) = match operation {
        Operation::AddCheck(add) => {
            let like = matches!(old, Some(ConstraintRule::Check { condition, .. })
                if condition.columns() == add.check.columns());
            (&add.table, add.name.as_ref(), like)
        }
        Operation::AddForeignKey(add) => {
            let like = matches!(old, Some(ConstraintRule::ForeignKey { columns, .. }) if same(&add.columns, columns));
            (&add.table, add.name.as_ref(), like)
        }
        Operation::AddUnique(add) | Operation::AddPrimaryKey(add) => {
            let like = matches!(old, Some(ConstraintRule::Unique(columns)) if same(&add.columns, columns));
            (&add.table, add.name.as_ref().or(add.using_index.as_ref()), like)
        }
        Operation::AddExclusion(add) => (&add.table, add.name.as_ref(), false),
        _ => return false,
    };
    table.value == drop.table.value && (like || name.is_some_and(|name| name.value == drop.name.value))
}
