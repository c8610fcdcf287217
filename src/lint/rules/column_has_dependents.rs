//! A column that can't change because something uses it.

use crate::lint::schema::User;
use crate::lint::{Check, Class, Context, Problem, Rule, Severity};
use crate::migration::operation::Operation;

/// The rule.
pub static RULE: Rule = Rule {
    id: "column-has-dependents",
    severity: Severity::Error,
    class: Class::Correctness,
    on: true,
    summary: "The type of a column that a view, policy, trigger or generated column uses can't change, nor can it be dropped",
    explanation: "\
PostgreSQL rejects ALTER COLUMN TYPE, even to the same type, of a column that is used by a view or materialised view, a
policy, a trigger (in its WHEN, or after UPDATE OF), a generated column, or the key of a partitioned table. DROP COLUMN
without CASCADE fails for the same reason.

Drop what uses the column before, and make it again after, in the same transaction. Nobody can use a view meanwhile, so
that the change in between should not write the table again. A partition key can't change at all: make a new table.

Reported where earlier statements or files make what uses the column. Of a view that joins tables, a column counts where
the files tell which table has it. Views, policies and triggers don't count once a statement came that may have dropped
them: EXECUTE, the call of a function that no file makes, DROP … CASCADE of something below them.

change-type-rewrites and drop-column tell what the change would do.",
    online: Some("`midflight plan` tells which of them follow the column, and what has to be dropped before"),
    bad: "\
CREATE VIEW active_users AS SELECT id, email FROM users WHERE active;
-- next file
ALTER TABLE users DROP COLUMN email;",
    good: "\
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(50), active boolean);
CREATE VIEW active_users AS SELECT id FROM users WHERE active;
-- next file
ALTER TABLE users ALTER COLUMN email TYPE text;",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let (table, column, does) = match &cx.step.operation {
        Operation::ChangeType(change) => (&change.table, &change.column, "change its type"),
        Operation::DropColumn(drop) if !drop.cascade => (&drop.table, &drop.column, "be dropped"),
        _ => return None,
    };
    let gone = cx.siblings.iter().filter_map(|step| match &step.operation {
        Operation::DropColumn(drop) => Some(&drop.column.value),
        _ => None,
    });
    let user = cx.schema.user_of(table, column, &gone.collect::<Vec<_>>())?;
    let (what, help) = match user {
        User::Object(kind, name) => (
            format!("{} `{name}` uses it", kind.noun()),
            format!("drop {} `{name}` before, and make it again after, in one transaction", kind.noun()),
        ),
        User::Generated(name) => (
            format!("the generated column `{name}` is computed from it"),
            format!("drop `{name}` in the same statement, and add it again after"),
        ),
        User::PartitionKey => (
            format!("it is in the key of the partitioned table `{table}`"),
            "make a new table with the key that you need, and move the rows".to_owned(),
        ),
    };
    let message = format!("this fails: `{column}` of `{table}` can't {does} while {what}");
    Some(Problem::new(cx.at(column.span), message).help(help))
}
