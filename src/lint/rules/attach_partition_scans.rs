//! `ATTACH PARTITION` without a proof that the rows fit.

use crate::ident::{Ident, TableName};
use crate::lint::expression;
use crate::lint::partition::{Bound, Key};
use crate::lint::schema::{ConstraintRule, Table};
use crate::lint::{Check, Class, Context, Lock, Page, Problem, Rule, Severity};
use crate::migration::after;
use crate::migration::expression::Expr;
use crate::migration::operation::TableRef;
use crate::migration::statement::{Statement, TableAction};

/// The rule.
pub static RULE: Rule = Rule {
    id: "attach-partition-scans",
    severity: Severity::Error,
    class: Class::Locking,
    on: true,
    page: Page::new(include_str!("../../../docs/rules/attach-partition-scans.md")),
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let Statement::AlterTable(parent, TableAction::Attach { partition, bound }) = cx.statement()? else {
        return None;
    };
    let bound = bound.as_ref().and_then(|bound| Bound::parse(bound));
    let keys = Keys::of(cx.table(parent));
    let stand_in = Ident::new("partition_key");
    let known = bound.as_ref().zip(keys.named(&stand_in));
    let mut read = Vec::new();
    let mut help = Vec::new();
    if !cx.created_here(partition) && !is_proven(cx, parent, partition, bound.as_ref(), &keys) {
        let condition = known.map(|(bound, key)| format!("{key} IS NOT NULL AND {}", bound.condition(key)));
        read.push(format!("of `{partition}`"));
        help.push(proof(partition, condition));
    }
    let default = cx.table(parent).and_then(|parent| parent.default_partition.as_ref());
    if let Some(default) = default.filter(|default| default_is_read(cx, default, bound.as_ref(), &keys)) {
        let default = cx.shown(default);
        read.push(format!("of the default partition `{default}`"));
        help.push(proof(&default, known.map(|(bound, key)| bound.exclusion(key))));
    }
    if read.is_empty() {
        return None;
    }
    if known.is_some_and(|(_, key)| *key == stand_in) {
        help.push(format!("`{stand_in}` stands for the column that `{parent}` is partitioned by"));
    }
    let read = read.join(" and ");
    let message =
        format!("attaching `{partition}` reads every row {read}, which nobody else can use meanwhile");
    Some(Problem::new(cx.step.span, message).help(help.join("\n")).lock(Lock::AccessExclusive))
}

/// How to prove beforehand that no row has to be read.
fn proof(table: &TableRef, condition: Option<String>) -> String {
    let name = super::constraint_name(None, table.name.as_str(), &["bound"], "check");
    match condition {
        Some(condition) => format!(
            "one statement each: `ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID`, `ALTER TABLE \
             {table} VALIDATE CONSTRAINT {name}` in a transaction of its own, this one, `ALTER TABLE {table} DROP \
             CONSTRAINT {name}`"
        ),
        None => format!(
            "prove by a valid CHECK on `{table}` which rows it has: ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT \
             in a transaction of its own"
        ),
    }
}

/// The columns that may be the one that the table is partitioned by.
enum Keys {
    /// It is this one.
    Known(Ident),
    /// Several, or an expression.
    Complex,
    /// No file says.
    Unknown,
}

impl Keys {
    fn of(parent: Option<&Table>) -> Self {
        let Some(written) = parent.and_then(|parent| parent.partition_key.as_ref()) else {
            return Self::Unknown;
        };
        let list = ["RANGE", "LIST"].iter().find_map(|method| after(written, method));
        let list = list.and_then(|list| expression::parse_list(&list)).unwrap_or_default();
        match list.as_slice() {
            [only] => expression::column(only).map_or(Self::Complex, Self::Known),
            _ => Self::Complex,
        }
    }

    /// What to call the column; another name stands in for one that no file tells.
    fn named<'a>(&'a self, stand_in: &'a Ident) -> Option<&'a Ident> {
        match self {
            Self::Known(key) => Some(key),
            Self::Complex => None,
            Self::Unknown => Some(stand_in),
        }
    }

    fn candidates<'a>(&'a self, table: &'a Table) -> Vec<&'a Ident> {
        match self {
            Self::Known(key) => vec![key],
            Self::Complex => Vec::new(),
            Self::Unknown => {
                let checked = table.constraints.values().filter_map(|constraint| match &constraint.rule {
                    ConstraintRule::Check { proves_not_null, .. } => Some(proves_not_null),
                    _ => None,
                });
                checked.flatten().chain(table.columns.keys()).collect()
            }
        }
    }
}

/// Whether the partition's valid constraints imply the bound.
fn is_proven(
    cx: &Context<'_>,
    parent: &TableRef,
    partition: &TableRef,
    bound: Option<&Bound>,
    keys: &Keys,
) -> bool {
    let (Some(bound), Some(known)) = (bound, cx.table(partition)) else { return false };
    keys.candidates(known).into_iter().any(|column| {
        // a partition must have the NOT NULLs of its parent
        let flagged = |table| cx.column(table, column).is_some_and(|column| column.not_null);
        let not_null =
            flagged(parent) || flagged(partition) || cx.schema.proven_not_null(partition, column, &[]);
        not_null && bound.is_implied_by(checks(known), key(known, column))
    })
}

/// Whether the default partition is read: others use it, and nothing proves that it has no such row.
fn default_is_read(cx: &Context<'_>, default: &TableName, bound: Option<&Bound>, keys: &Keys) -> bool {
    let Some(known) = cx.schema.relation(default) else { return true };
    let excluded = bound.is_some_and(|bound| {
        let mut columns = keys.candidates(known).into_iter();
        columns.any(|column| bound.is_excluded_by(checks(known), key(known, column)))
    });
    !excluded && !cx.is_new(known.created_in)
}

fn key<'a>(table: &'a Table, column: &'a Ident) -> Key<'a> {
    Key { column, type_: table.columns.get(column).and_then(|column| column.type_.as_deref()) }
}

fn checks(table: &Table) -> impl Iterator<Item = &Expr> {
    table.constraints.values().filter(|constraint| constraint.valid).filter_map(
        |constraint| match &constraint.rule {
            ConstraintRule::Check { condition, .. } => Some(condition),
            _ => None,
        },
    )
}
