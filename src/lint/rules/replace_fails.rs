//! `CREATE OR REPLACE` that PostgreSQL refuses.

use crate::ident::Ident;
use crate::lint::schema::Signature;
use crate::lint::{Check, Class, Context, Page, Problem, Rule, Severity};
use crate::migration;
use crate::migration::object::ObjectKind;
use crate::migration::operation::CreateObject;

/// The rule.
pub static RULE: Rule = Rule {
    id: "replace-fails",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/replace-fails.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (kind, create) = cx.step.operation.created()?;
    if !create.or_replace {
        return None;
    }
    match kind {
        ObjectKind::View => view(cx, create),
        ObjectKind::Function => function(cx, create),
        _ => None,
    }
}

fn view(cx: &Context<'_>, create: &CreateObject) -> Option<Problem> {
    let old = cx.table(&create.name)?.outputs.as_ref()?;
    let new = migration::view_columns(create.definition.as_ref()?)?;
    let wrong = |(old, new): &(&Ident, Option<&Ident>)| *new != Some(*old);
    let new = new.iter().map(Some).chain(std::iter::repeat(None));
    let (old, new) = old.iter().zip(new).find(wrong)?;
    let view = &create.name;
    let (message, code) = match new {
        None => (format!("this fails: `{view}` can't lose its column `{old}` by being replaced"), "42P16"),
        Some(new) => (
            format!("this fails: the column `{old}` of `{view}` can't become `{new}` by being replaced"),
            "42P16",
        ),
    };
    let help = format!(
        "PostgreSQL refuses it ({code}): keep the columns of `{view}` as they are, with new ones behind them; or DROP VIEW and \
         CREATE VIEW in one transaction, once no release reads `{old}`"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}

fn function(cx: &Context<'_>, create: &CreateObject) -> Option<Problem> {
    let new = Signature::of(create)?;
    let old = cx.schema.signature(&create.name, &new)?;
    let function = &create.name;
    let renamed = old.names.iter().zip(&new.names).find(|(old, new)| old.is_some() && old != new);
    let what = if let Some((Some(old), _)) = renamed {
        format!("the name of its parameter `{old}` can't change")
    } else if old.returns != new.returns {
        format!("it returns `{}`, and that can't become `{}`", old.returns, new.returns)
    } else {
        return None;
    };
    let message = format!("this fails: `{function}` is there, and {what} by being replaced");
    let help = format!(
        "PostgreSQL refuses it (42P13): DROP FUNCTION and CREATE FUNCTION in one transaction, once no release calls \
         `{function}` as it is; or give the new one another name"
    );
    Some(Problem::new(cx.step.span, message).help(help))
}
