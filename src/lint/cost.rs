//! What adding or changing a column costs, as far as the files tell.

use super::expression::{self, Volatile};
use super::schema::Schema;
use super::types::{Cost, Type, change};
use crate::migration::mentions;
use crate::migration::operation::{ChangeType, ColumnDef};

/// What `ALTER COLUMN … TYPE` costs.
pub fn of_change(schema: &Schema, op: &ChangeType) -> Cost {
    let old = schema.column(&op.table, &op.column).and_then(|column| column.type_.as_deref());
    let new = Type::parse(&op.type_);
    if let Some(using) = &op.up {
        match expression::plain_cast(using, &op.column) {
            Some(None) => {}
            Some(Some(cast)) if Type::parse(&cast) == new => {}
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

/// Why a new column makes PostgreSQL write every row again.
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

/// Why adding the column writes every row again, if it does.
pub fn of_added(schema: &Schema, column: &ColumnDef, pg_version: u32) -> Option<Rewrites> {
    if numbers_itself(column) {
        return Some(Rewrites::NumbersItself);
    }
    if is_stored(column, pg_version) {
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
fn is_stored(column: &ColumnDef, pg_version: u32) -> bool {
    let computed = column.generated.as_ref().filter(|text| !mentions(text, "IDENTITY"));
    computed.is_some_and(|text| pg_version < 18 || mentions(text, "STORED"))
}
