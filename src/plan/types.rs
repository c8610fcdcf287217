//! What is known of the way from one type to another.

use crate::catalog::TypeInfo;

/// What a change of type does to values and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Widening {
    /// The stored bytes stay; only the catalog changes (verified on 14 to 18).
    CatalogOnly,
    /// Every value has exactly one counterpart, and casting back gives it.
    Lossless,
    /// PostgreSQL has an assignment cast, but the way back may lose or fail.
    Lossy,
    /// PostgreSQL demands `USING`.
    NoAssignmentCast,
    /// Nothing is known.
    Unknown,
}

/// Judges a change of type by the types alone.
pub fn widening(old: &TypeInfo, new: &TypeInfo) -> Widening {
    if old.domain || new.domain {
        return Widening::Unknown;
    }
    if catalog_only(old, new) {
        return Widening::CatalogOnly;
    }
    if lossless(old, new) {
        return Widening::Lossless;
    }
    if needs_using(&old.base, &new.base) { Widening::NoAssignmentCast } else { Widening::Lossy }
}

fn catalog_only(old: &TypeInfo, new: &TypeInfo) -> bool {
    let wider = match (old.modifiers.first(), new.modifiers.first()) {
        (_, None) => true,
        (Some(old), Some(new)) => new >= old,
        (None, Some(_)) => false,
    };
    match (old.base.as_str(), new.base.as_str()) {
        ("character varying" | "text", "character varying") | ("bit varying", "bit varying") => wider,
        ("character varying", "text") | ("cidr", "inet") => true,
        ("numeric", "numeric") => {
            wider && (new.modifiers.is_empty() || old.modifiers.get(1) == new.modifiers.get(1))
        }
        (a, b) if a == b && a.starts_with("time") => wider,
        _ => false,
    }
}

fn lossless(old: &TypeInfo, new: &TypeInfo) -> bool {
    const WHOLE: [&str; 4] = ["smallint", "integer", "bigint", "numeric"];
    let rank = |base: &str| WHOLE.iter().position(|whole| *whole == base);
    let unlimited = new.modifiers.is_empty();
    match (old.base.as_str(), new.base.as_str()) {
        ("smallint" | "integer" | "bigint" | "uuid" | "boolean" | "date", "text" | "character varying") => {
            unlimited
        }
        ("real", "double precision") | ("date", "timestamp without time zone") => unlimited,
        ("numeric", "numeric") => unlimited,
        (a, b) => {
            unlimited && matches!((rank(a), rank(b)), (Some(from), Some(to)) if from < to && a != "numeric")
        }
    }
}

/// Pairs of common types between which ALTER COLUMN TYPE finds no assignment cast.
fn needs_using(old: &str, new: &str) -> bool {
    let text = |base: &str| matches!(base, "text" | "character varying" | "character");
    if text(new) || old == new {
        return false;
    }
    const FAMILIES: [&[&str]; 5] = [
        &["smallint", "integer", "bigint", "numeric", "real", "double precision", "money", "oid"],
        &["date", "timestamp without time zone", "timestamp with time zone"],
        &["time without time zone", "time with time zone", "interval"],
        &["json", "jsonb"],
        &["inet", "cidr"],
    ];
    let family = |base: &str| FAMILIES.iter().position(|family| family.contains(&base));
    match (family(old), family(new)) {
        (Some(a), Some(b)) => a != b,
        _ => {
            text(old)
                || family(old).is_some()
                || family(new).is_some()
                || matches!(old, "boolean" | "uuid" | "bytea")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(base: &str, modifiers: &[i32]) -> TypeInfo {
        TypeInfo {
            base: base.into(),
            modifiers: modifiers.to_vec(),
            equality_is_identity: true,
            domain: false,
            constrained: false,
        }
    }

    #[test]
    fn judges_pairs() {
        use Widening::*;
        for (old, new, want) in [
            (info("character varying", &[20]), info("character varying", &[50]), CatalogOnly),
            (info("character varying", &[50]), info("character varying", &[20]), Lossy),
            (info("character varying", &[50]), info("text", &[]), CatalogOnly),
            (info("text", &[]), info("character varying", &[9]), Lossy),
            (info("numeric", &[10, 2]), info("numeric", &[12, 2]), CatalogOnly),
            (info("numeric", &[10, 2]), info("numeric", &[12, 3]), Lossy),
            (
                info("timestamp without time zone", &[3]),
                info("timestamp without time zone", &[]),
                CatalogOnly,
            ),
            (info("timestamp without time zone", &[]), info("timestamp with time zone", &[]), Lossy),
            (info("integer", &[]), info("bigint", &[]), Lossless),
            (info("integer", &[]), info("numeric", &[]), Lossless),
            (info("bigint", &[]), info("integer", &[]), Lossy),
            (info("numeric", &[]), info("bigint", &[]), Lossy),
            (info("text", &[]), info("integer", &[]), NoAssignmentCast),
            (info("integer", &[]), info("text", &[]), Lossless),
            (info("boolean", &[]), info("integer", &[]), NoAssignmentCast),
            (info("jsonb", &[]), info("text", &[]), Lossy),
        ] {
            assert_eq!(widening(&old, &new), want, "{old:?} to {new:?}");
        }
    }
}
