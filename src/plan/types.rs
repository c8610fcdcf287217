//! What is known of the way from one type to another.

use crate::catalog::TypeInfo;
use crate::pg::types::{Cost, Type, change};

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

/// Judges a change of type. `assigns` says whether PostgreSQL has an assignment cast.
pub fn widening(old: &TypeInfo, new: &TypeInfo, assigns: bool) -> Widening {
    if old.domain || new.domain {
        return Widening::Unknown;
    }
    if catalog_only(old, new) {
        return Widening::CatalogOnly;
    }
    if lossless(old, new) {
        return Widening::Lossless;
    }
    if assigns { Widening::Lossy } else { Widening::NoAssignmentCast }
}

/// Neither the table nor an index on the column is rebuilt.
fn catalog_only(old: &TypeInfo, new: &TypeInfo) -> bool {
    let (old, new) = (Type::parse(&old.spelling), Type::parse(&new.spelling));
    change(Some(&old), &new) == Cost::Free && old.sorts_like(&new)
}

fn lossless(old: &TypeInfo, new: &TypeInfo) -> bool {
    const WHOLE: [&str; 4] = ["smallint", "integer", "bigint", "numeric"];
    let rank = |base: &str| WHOLE.iter().position(|whole| *whole == base);
    let unlimited = new.spelling == new.base;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn info(base: &str, spelling: &str) -> TypeInfo {
        TypeInfo { base: base.into(), spelling: spelling.into(), ..TypeInfo::default() }
    }

    fn plain(base: &str) -> TypeInfo {
        info(base, base)
    }

    #[test]
    fn judges_pairs() {
        use Widening::*;
        let varchar = |length: &str| info("character varying", &format!("character varying({length})"));
        let numeric = |digits: &str| info("numeric", &format!("numeric({digits})"));
        let timestamp = "timestamp without time zone";
        for (old, new, want) in [
            (varchar("20"), varchar("50"), CatalogOnly),
            (varchar("50"), varchar("20"), Lossy),
            (varchar("50"), plain("text"), CatalogOnly),
            (plain("text"), varchar("9"), Lossy),
            (numeric("10,2"), numeric("12,2"), CatalogOnly),
            (numeric("10,0"), numeric("12,0"), CatalogOnly),
            (numeric("10,2"), numeric("12,3"), Lossy),
            (info(timestamp, "timestamp(3) without time zone"), plain(timestamp), CatalogOnly),
            (plain(timestamp), plain("timestamp with time zone"), Lossy),
            (plain("interval"), info("interval", "interval year"), Lossy),
            (info("interval", "interval year"), plain("interval"), CatalogOnly),
            (plain("integer"), plain("bigint"), Lossless),
            (plain("integer"), plain("numeric"), Lossless),
            (plain("bigint"), plain("integer"), Lossy),
            (plain("numeric"), plain("bigint"), Lossy),
            (plain("integer"), plain("text"), Lossless),
            (plain("jsonb"), plain("text"), Lossy),
        ] {
            assert_eq!(widening(&old, &new, true), want, "{old:?} to {new:?}");
        }
        assert_eq!(widening(&plain("text"), &plain("integer"), false), NoAssignmentCast);
    }
}
