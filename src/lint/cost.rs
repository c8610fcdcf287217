//! What adding or changing a column costs, as far as the files tell.

use super::expression::{self, Volatile};
use super::schema::{ConstraintRule, Index, Schema};
use super::types::{Cost, Type, change};
use crate::ident::Ident;
use crate::migration::expression::Cast;
use crate::migration::index_key::IndexedValue;
use crate::migration::mentions;
use crate::migration::operation::{ChangeType, ColumnDef};

/// What `ALTER COLUMN … TYPE` costs.
pub fn of_change(schema: &Schema, op: &ChangeType) -> Cost {
    let old = schema.column(&op.table, &op.column).and_then(|column| column.type_.as_deref());
    let new = Type::parse(&op.type_);
    if let Some(using) = &op.up {
        match using.plain_cast_of(&op.table.name, &op.column) {
            Some(Cast::Assigned) => {}
            Some(Cast::To(cast)) if Type::parse(&cast) == new => {}
            // computed values are new values
            _ => return Cost::Rewrite,
        }
    }
    let old = old.map(Type::parse);
    // in UTC both hold the same bytes
    if let (Some(old), true) = (&old, schema.session.in_utc())
        && matches!((&*old.name, &*new.name), ("timestamp", "timestamptz") | ("timestamptz", "timestamp"))
    {
        return change(Some(&Type { name: new.name.clone(), ..old.clone() }), &new);
    }
    if old.as_ref() == Some(&new) {
        return Cost::Free;
    }
    if schema.has_checks(&new) || schema.is_made(&new) {
        return Cost::Rewrite;
    }
    match old {
        None if new.is_built_in() => change(None, &new),
        None => Cost::Unknown,
        Some(old) if schema.is_made(&old) => Cost::Rewrite,
        // below a domain is its base type
        Some(old) => change(Some(&schema.base_type(&old)), &schema.base_type(&new)),
    }
}

/// Why a new column makes PostgreSQL rewrite every row.
#[derive(Debug, Clone, PartialEq)]
pub enum Rewrites {
    /// Its default gives every row another value.
    VolatileDefault(Volatile),
    /// `serial`, or an identity column.
    NumbersItself,
    /// `GENERATED … STORED`
    Stored,
    /// Its type is a domain with constraints.
    ConstrainedDomain,
}

/// Why adding the column rewrites every row, if it does.
pub fn of_added(schema: &Schema, column: &ColumnDef, pg_version: u32) -> Option<Rewrites> {
    if numbers_itself(column) {
        return Some(Rewrites::NumbersItself);
    }
    let computed = column.generated.as_ref().filter(|text| !mentions(text, "IDENTITY"));
    if computed.is_some_and(|text| is_stored(text, pg_version)) {
        return Some(Rewrites::Stored);
    }
    if schema.has_checks(&Type::parse(&column.type_)) {
        return Some(Rewrites::ConstrainedDomain);
    }
    let default = column.default.as_ref()?;
    expression::volatile(default, |name| schema.function(name).map(|known| known.volatile))
        .map(Rewrites::VolatileDefault)
}

fn numbers_itself(column: &ColumnDef) -> bool {
    let identity = column.generated.as_ref().is_some_and(|text| mentions(text, "IDENTITY"));
    identity || Type::is_serial(&column.type_)
}

/// Since PostgreSQL 18 a generated column is virtual unless it says STORED; before, it had to say so.
pub fn is_stored(generated: &str, pg_version: u32) -> bool {
    pg_version < 18 || mentions(generated, "STORED")
}

/// What a change of type that writes no row still does for every row.
#[derive(Debug, Default, PartialEq)]
pub struct Again<'a> {
    /// Constraints that every row is tested against.
    pub checks: Vec<&'a Ident>,
    /// Indexes that are built.
    pub indexes: Vec<&'a Ident>,
}

/// What a free change of type does again. `dropped` are constraints that go away in the same statement.
pub fn again<'a>(schema: &'a Schema, op: &ChangeType, dropped: &[&Ident]) -> Again<'a> {
    let column = &op.column.value;
    let Some(table) = schema.table(&op.table) else { return Again::default() };
    let checks = table.constraints.iter().filter(|(name, constraint)| match &constraint.rule {
        ConstraintRule::Check { condition, .. } => {
            !dropped.contains(name) && condition.columns().contains(column)
        }
        _ => false,
    });
    let base = |written: &str| schema.base_type(&Type::parse(written));
    let old = table.columns.get(column).and_then(|column| column.type_.as_deref()).map(base);
    let other_order = op.collation.is_some() || old.is_some_and(|old| !old.sorts_like(&base(&op.type_)));
    let built = |index: &Index| {
        let mut keys = index.columns.iter();
        let in_key = keys.any(|key| match &key.on {
            IndexedValue::Column(plain) => plain == column && other_order,
            IndexedValue::Expression(expression) => expression.columns().contains(column),
        });
        in_key || index.predicate.as_ref().is_some_and(|predicate| predicate.columns().contains(column))
    };
    let name = schema.resolve(&op.table);
    let indexes = schema.indexes_of(&name).filter(|(_, index)| built(index));
    Again {
        checks: checks.map(|(name, _)| name).collect(),
        indexes: indexes.map(|(name, _)| &name.name).collect(),
    }
}
