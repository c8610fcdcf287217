//! What becomes of a parameter that was prepared with one type once its column has another. Names are those of
//! `format_type`, without modifiers.

/// Types whose values `=` takes together, without a cast.
const COMPARED: [&[&str]; 6] = [
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["text", "character varying", "character"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["inet", "cidr"],
    &["time without time zone", "time with time zone"],
    &["time without time zone", "interval"],
];

/// Whether `WHERE column = $1` works with a parameter of another type; else SQLSTATE 42883. Of types that stand nowhere
/// here each is compared with itself alone.
pub fn compared(column: &str, parameter: &str) -> bool {
    let together = |types: &&[&str]| types.contains(&column) && types.contains(&parameter);
    column == parameter || COMPARED.iter().any(together)
}
