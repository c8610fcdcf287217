//! Changes of type that not every value survives.

use super::schema::Schema;
use super::types::Type;
use crate::migration::expression::Cast;
use crate::migration::operation::ChangeType;

/// What happens to values that don't fit into the new type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The statement fails. The condition that every value has to meet, where SQL can say it.
    Fails(String),
    /// They are cut off without an error.
    CutsOff,
    /// They are rounded.
    Rounds,
}

/// What a change of type does to values that don't fit. None where all fit, where the old type is unknown, and where
/// the file says how to convert.
pub fn of_change(schema: &Schema, op: &ChangeType) -> Option<Loss> {
    let old = schema.column(&op.table, &op.column)?.type_.as_deref()?;
    let (old, new) = (schema.base_type(&Type::parse(old)), schema.base_type(&Type::parse(&op.type_)));
    if old.array || new.array {
        return None;
    }
    let cast = match &op.up {
        Some(using) => using.plain_cast_of(&op.table.name, &op.column)?,
        None => Cast::Assigned,
    };
    let column = op.column.to_string();
    loss(&old, &new, &column).map(|loss| match loss {
        // a cast that is written out shortens text, where an assignment rejects it
        Loss::Fails(_) if cast != Cast::Assigned && has_length(&new) => Loss::CutsOff,
        loss => loss,
    })
}

fn has_length(type_: &Type) -> bool {
    matches!(type_.name.as_str(), "varchar" | "bpchar" | "varbit")
}

fn loss(old: &Type, new: &Type, column: &str) -> Option<Loss> {
    let (from, to) = (old.modifiers.first().copied(), new.modifiers.first().copied());
    let shorter = |length: i64| from.is_none_or(|old| old > length);
    match (old.name.as_str(), new.name.as_str()) {
        ("text" | "varchar" | "bpchar" | "citext", "varchar" | "bpchar") => {
            let length = to.filter(|to| shorter(*to))?;
            Some(Loss::Fails(format!("length({column}) <= {length}")))
        }
        ("varbit", "varbit") => {
            let length = to.filter(|to| shorter(*to))?;
            Some(Loss::Fails(format!("length({column}) <= {length}")))
        }
        ("int8", "int4" | "int2") | ("int4", "int2") => {
            let most = if new.name == "int2" { i64::from(i16::MAX) } else { i64::from(i32::MAX) };
            Some(Loss::Fails(format!("{column} BETWEEN {} AND {most}", -most - 1)))
        }
        ("numeric", "numeric") => {
            let [digits, scale] = new.modifiers[..] else { return None };
            let [old_digits, old_scale] = old.modifiers[..] else {
                return Some(Loss::Fails(format!("abs({column}) < 1e{}", digits - scale)));
            };
            if digits - scale < old_digits - old_scale {
                return Some(Loss::Fails(format!("abs({column}) < 1e{}", digits - scale)));
            }
            (scale < old_scale).then_some(Loss::Rounds)
        }
        ("float8", "float4") => Some(Loss::Rounds),
        ("timestamp" | "timestamptz" | "time" | "timetz" | "interval", same) if same == old.name => {
            to.is_some_and(shorter).then_some(Loss::Rounds)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(old: &str, new: &str) -> Option<Loss> {
        loss(&Type::parse(old), &Type::parse(new), "c")
    }

    #[test]
    fn smaller_types_lose_values() {
        let fails = |condition: &str| Some(Loss::Fails(condition.to_owned()));
        assert_eq!(of("varchar(50)", "varchar(20)"), fails("length(c) <= 20"));
        assert_eq!(of("text", "character varying(20)"), fails("length(c) <= 20"));
        assert_eq!(of("text", "char"), fails("length(c) <= 1"));
        assert_eq!(of("bigint", "integer"), fails("c BETWEEN -2147483648 AND 2147483647"));
        assert_eq!(of("bigserial", "smallint"), fails("c BETWEEN -32768 AND 32767"));
        assert_eq!(of("numeric(10,2)", "numeric(8,2)"), fails("abs(c) < 1e6"));
        assert_eq!(of("numeric(10,2)", "numeric(10,3)"), fails("abs(c) < 1e7"));
        assert_eq!(of("numeric", "numeric(5)"), fails("abs(c) < 1e5"));
        assert_eq!(of("numeric(10,2)", "numeric(10,1)"), Some(Loss::Rounds));
        assert_eq!(of("timestamptz", "timestamptz(3)"), Some(Loss::Rounds));
        assert_eq!(of("double precision", "real"), Some(Loss::Rounds));
        for (old, new) in [
            ("varchar(20)", "varchar(50)"),
            ("varchar(20)", "text"),
            ("varchar(20)", "varchar(20)"),
            ("char(5)", "varchar(5)"),
            ("integer", "bigint"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("timestamp(3)", "timestamp"),
            ("timestamp", "timestamptz"),
            ("text", "integer"),
        ] {
            assert_eq!(of(old, new), None, "{old} -> {new}");
        }
    }
}
