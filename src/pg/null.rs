//! Asking whether a value is there.
//!
//! Of a row, `IS NULL` asks whether every field is NULL and `IS NOT NULL` whether none is: both are false of `(a,)`, and
//! the first is true of `(,)`, which is a value like others. What NOT NULL asks of a column is `IS DISTINCT FROM NULL`
//! (manual, "Comparison Functions and Operators").

use std::fmt::Display;

/// SQL that is true where there is no value.
pub fn missing(value: impl Display, composite: bool) -> String {
    format!("{value} {}", if composite { "IS NOT DISTINCT FROM NULL" } else { "IS NULL" })
}

/// SQL that is true where there is a value.
pub fn given(value: impl Display, composite: bool) -> String {
    format!("{value} {}", if composite { "IS DISTINCT FROM NULL" } else { "IS NOT NULL" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_there_whatever_its_fields_are() {
        assert_eq!([missing("a", false), given("a", false)], ["a IS NULL", "a IS NOT NULL"]);
        assert_eq!(missing("a", true), "a IS NOT DISTINCT FROM NULL");
        assert_eq!(given("a", true), "a IS DISTINCT FROM NULL");
    }
}
