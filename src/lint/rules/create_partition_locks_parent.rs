//! `CREATE TABLE … PARTITION OF`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::{CreateTable, Operation, TableRef};
use crate::migration::{after, mentions};

/// The rule.
pub static RULE: Rule = Rule {
    id: "create-partition-locks-parent",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/create-partition-locks-parent.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateTable(create) = &cx.step.operation else { return None };
    let parent = create.partition_of.as_ref()?;
    let exists = create.if_not_exists && cx.table(&create.table).is_some();
    if exists || cx.created_here(parent) {
        return None;
    }
    let default = cx.table(parent).and_then(|parent| parent.default_partition.as_ref());
    let mut message = format!("creating this partition locks all of `{parent}` against reads and writes");
    let mut help = way_out(create, parent);
    if let Some(default) = default {
        let default = cx.shown(default);
        message.push_str(&format!(", and reads all of its default partition `{default}`"));
        help.push_str(&format!("; a valid CHECK on `{default}` that rules such rows out spares reading it"));
    }
    Some(Problem::new(cx.step.span, message).help(help).lock(Lock::AccessExclusive))
}

fn way_out(create: &CreateTable, parent: &TableRef) -> String {
    let options = create.options.as_ref().map_or("", |options| options.value.as_str());
    let bound = match after(options, "FOR VALUES") {
        Some(values) if !mentions(options, "PARTITION BY") => format!("FOR VALUES {values}"),
        Some(_) => "FOR VALUES …".to_owned(),
        None => "DEFAULT".to_owned(),
    };
    let table = &create.table;
    format!(
        "`CREATE TABLE {table} (LIKE {parent} INCLUDING ALL EXCLUDING IDENTITY)`, then `ALTER TABLE {parent} ATTACH \
         PARTITION {table} {bound}`, which lets reads and writes of `{parent}` go on"
    )
}
