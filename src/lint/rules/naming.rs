//! A name of another form than the configuration asks for.

use crate::lint::policy::Named;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity, created};
use crate::migration::object::ObjectKind;
use crate::migration::operation::{ColumnDef, Name, Operation};
use crate::migration::source::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "naming",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    page: Page::new(include_str!("../../../docs/rules/naming.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let mut names = made(&cx.step.operation);
    let missed = |(kind, name, span): (Named, String, Span)| {
        let form = cx.options.policy.form_missed(kind, &name)?;
        Some((kind, name, span, form))
    };
    let (kind, name, span, form) = names.drain(..).find_map(missed)?;
    let message = format!("`{name}` is not how {} is named here", kind.noun());
    Some(Problem::new(cx.at(span), message).help(format!("a name that matches `{form}`")))
}

/// The names that a step makes.
fn made(operation: &Operation) -> Vec<(Named, String, Span)> {
    use Named::{Check, Column, ForeignKey, Index, PrimaryKey, Table, Unique, View};
    let of = |kind: Named, name: &Name| vec![(kind, name.as_str().to_owned(), name.span)];
    let given = |kind: Named, name: &Option<Name>| name.iter().flat_map(|name| of(kind, name)).collect();
    match operation {
        Operation::CreateTable(create) => {
            let table = (Table, create.table.name.as_str().to_owned(), create.table.span);
            let columns = create.columns.iter().flat_map(column);
            let constraints = created::constraints(create);
            // places of constraints that were read apart are not those of the file
            let constraints = constraints.iter().flat_map(made).map(|(kind, name, _)| (kind, name, table.2));
            std::iter::once(table.clone()).chain(columns).chain(constraints).collect()
        }
        Operation::AddColumn(add) => column(&add.column),
        Operation::TransformColumns(op) => op.to.iter().flat_map(|new| of(Column, &new.name)).collect(),
        Operation::RenameTable(rename) => of(Table, &rename.to),
        Operation::RenameColumn(rename) => of(Column, &rename.to),
        Operation::RenameIndex(rename) => of(Index, &rename.to),
        Operation::CreateIndex(index) => given(Index, &index.name),
        Operation::AddPrimaryKey(add) => given(PrimaryKey, &add.name),
        Operation::AddForeignKey(add) => given(ForeignKey, &add.name),
        Operation::AddUnique(add) => given(Unique, &add.name),
        Operation::AddCheck(add) => given(Check, &add.name),
        other => {
            let Some((kind, create)) = other.created() else { return Vec::new() };
            let kind = match kind {
                ObjectKind::View | ObjectKind::MaterializedView => View,
                ObjectKind::Type | ObjectKind::Domain => Named::Type,
                ObjectKind::Function | ObjectKind::Procedure => Named::Function,
                ObjectKind::Trigger => Named::Trigger,
                _ => return Vec::new(),
            };
            vec![(kind, create.name.name.as_str().to_owned(), create.name.span)]
        }
    }
}

/// Those of a column and of its constraints.
fn column(column: &ColumnDef) -> Vec<(Named, String, Span)> {
    let names = &column.names;
    let written = [
        (Named::Column, Some(&column.name)),
        (Named::PrimaryKey, names.primary_key.as_ref()),
        (Named::Unique, names.unique.as_ref()),
        (Named::Check, names.check.as_ref()),
        (Named::ForeignKey, names.references.as_ref()),
    ];
    let written = written.into_iter().filter_map(|(kind, name)| Some((kind, name?)));
    written.map(|(kind, name)| (kind, name.as_str().to_owned(), name.span)).collect()
}
