//! A foreign key without an index on its columns.

use crate::lint::foreign_keys::{self, ForeignKey};
use crate::lint::later_files::begins_with;
use crate::lint::schema::{ConstraintRule, Schema};
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "foreign-key-missing-index",
    severity: Severity::Advice,
    class: Class::Performance,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/foreign-key-missing-index.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let mut keys = foreign_keys::of(&cx.step.operation);
    keys.retain(|key| {
        !cx.later_files.will_index(&key.table, &key.columns.iter().collect::<Vec<_>>(), cx.file)
    });
    if keys.is_empty() {
        return None;
    }
    let after = foreign_keys::after(cx);
    let bare = keys.iter().filter(|key| is_bare(cx, &after, key)).collect::<Vec<_>>();
    let first = bare.first()?;
    let places = bare.iter().map(|key| format!("`{}`", key.place())).collect::<Vec<_>>().join(", ");
    let (table, parent) = (&first.table, &first.parent);
    let message = match bare.len() {
        1 => format!(
            "{places} has no index: every row that leaves `{parent}` makes PostgreSQL read all of `{table}`"
        ),
        _ => format!(
            "{places} have no index: every row that leaves a referenced table makes PostgreSQL read all of `{table}`"
        ),
    };
    let is_new = after.table_is_new(&after.resolve(table));
    let (concurrently, when) = if is_new { ("", " in the same file") } else { ("CONCURRENTLY ", "") };
    let indexes = bare.iter().map(|key| {
        let columns = key.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        format!("`CREATE INDEX {concurrently}ON {} ({columns})`", key.table)
    });
    Some(
        Problem::new(cx.at(first.span), message)
            .help(format!("{}{when}", indexes.collect::<Vec<_>>().join(", "))),
    )
}

/// Whether the files tell that nothing indexes the columns, now or later.
fn is_bare(cx: &Context<'_>, after: &Schema, key: &ForeignKey) -> bool {
    let name = after.resolve(&key.table);
    let Some(table) = after.relation(&name) else { return false };
    let added = |column| table.columns.get(column).is_some_and(|known| after.is_new(known.created_in));
    let known = table.complete || key.columns.iter().any(added);
    let columns = key.columns.iter().collect::<Vec<_>>();
    known
        && !after.is_temporary(&name)
        && !refers_already(cx, key)
        && !after
            .indexes_of(&name)
            .any(|(_, index)| index.predicate.is_none() && begins_with(&index.columns, &columns))
}

/// Whether it takes the place of another one, which did without.
fn refers_already(cx: &Context<'_>, key: &ForeignKey) -> bool {
    let constraints = cx.table(&key.table).map(|table| table.constraints.values());
    constraints.into_iter().flatten().any(
        |known| matches!(&known.rule, ConstraintRule::ForeignKey { columns, .. } if *columns == key.columns),
    )
}
