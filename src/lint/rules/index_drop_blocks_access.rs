//! `DROP INDEX` without `CONCURRENTLY`.

use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "index-drop-blocks-access",
    severity: Severity::Warning,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/index-drop-blocks-access.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::DropIndex(drop) = &cx.step.operation else { return None };
    if drop.concurrently || drop.if_exists && cx.schema.index_is_gone(&drop.index) {
        return None;
    }
    let known = cx.schema.index(&drop.index);
    if let Some(index) = known
        && (cx.is_new(index.created_in) || cx.schema.table_is_new(&index.table) || index.constraint.is_some())
    {
        return None;
    }
    let name = &drop.index;
    let table = known
        .map_or_else(|| "its table".to_owned(), |index| format!("`{}`", cx.schema.written(&index.table)));
    let message =
        format!("dropping `{name}` stops every read and write of {table} while it waits for its lock");
    if known.is_some_and(|index| cx.schema.is_partitioned(&index.table)) {
        // with a timeout it is the only way there is
        if cx.schema.session.timeout("lock_timeout").is_some() {
            return None;
        }
        let message = format!("{message}, and of every partition");
        let help = format!(
            "an index of a partitioned table can't be dropped concurrently: `SET lock_timeout = '500ms'` before `DROP INDEX \
             {name}`, and try again where it fails"
        );
        return Some(Problem::new(cx.at(name.span), message).help(help).lock(Lock::AccessExclusive));
    }
    let if_exists = if drop.if_exists { "IF EXISTS " } else { "" };
    let help = format!("run `DROP INDEX CONCURRENTLY {if_exists}{name}` by itself, outside a transaction");
    Some(Problem::new(cx.at(name.span), message).help(help).lock(Lock::AccessExclusive))
}
