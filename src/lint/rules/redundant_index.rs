//! An index that another one covers.

use crate::lint::schema::Index;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "redundant-index",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "A new index adds nothing to one that begins with the same columns",
    explanation: "\
A b-tree on (a, b) serves every query that an index on (a) serves. Every write maintains both.

Not reported: unique and partial indexes, those with INCLUDE, and those whose columns have another order, collation
or operator class. An index that no file makes is not known.",
    online: None,
    bad: "\
CREATE TABLE orders (user_id bigint, created_at timestamptz);
CREATE INDEX orders_user_id_created_at_idx ON orders (user_id, created_at);
CREATE INDEX orders_user_id_idx ON orders (user_id);",
    good: "\
CREATE TABLE orders (user_id bigint, created_at timestamptz);
CREATE INDEX orders_user_id_created_at_idx ON orders (user_id, created_at);
CREATE INDEX orders_created_at_idx ON orders (created_at);",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Operation::CreateIndex(new) = &cx.step.operation else { return None };
    let btree = new.using.as_ref().is_none_or(|method| method.as_str() == "btree");
    if new.unique || new.predicate.is_some() || !new.include.is_empty() || !btree {
        return None;
    }
    let columns = new.columns.iter().map(|column| &column.value).collect::<Vec<_>>();
    let begins_with = |index: &Index| {
        index.btree
            && index.predicate.is_none()
            && index.columns.len() >= columns.len()
            && index.columns.iter().zip(&columns).all(|(old, new)| old == *new)
    };
    let table = cx.schema.resolve(&new.table);
    let (other, _) = cx.schema.indexes_of(&table).find(|(name, index)| {
        new.name.as_ref().is_none_or(|own| own.value != name.name) && begins_with(index)
    })?;
    let other = &other.name;
    let message =
        format!("`{other}` begins with the same columns of `{}`: this index adds nothing", new.table);
    Some(Problem::new(cx.step.span, message).help("leave it out"))
}
