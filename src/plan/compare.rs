//! Comparing values so that no write is missed.
//!
//! `IS DISTINCT FROM` asks the type's `=`, and that calls 1.0 and 1.00 the same number, `'a'` and `'A'` the same
//! citext, and has no answer for json. A write that changes only the spelling still has to reach the other side,
//! so such types are compared by their stored image (`*<>`, manual section 9.25.6).

/// SQL that is true when two values differ in any way that can be stored. Without the casts the
/// parser would take the rows apart and ask for `*<>` between their fields.
pub fn differs(left: &str, right: &str, equality_is_identity: bool) -> String {
    if equality_is_identity {
        format!("{left} IS DISTINCT FROM {right}")
    } else {
        format!("ROW({left})::record OPERATOR(pg_catalog.*<>) ROW({right})::record")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_where_equality_is_loose() {
        assert_eq!(differs("a", "b", true), "a IS DISTINCT FROM b");
        assert_eq!(differs("a", "b", false), "ROW(a)::record OPERATOR(pg_catalog.*<>) ROW(b)::record");
    }
}
