//! What depends on the settings of a session, whatever PostgreSQL calls it. Volatility alone decides nothing: `concat_ws`
//! is called STABLE and reads no setting where its arguments have none, `float8::text` is called IMMUTABLE and reads
//! `extra_float_digits`. `tests/it/facts.rs` evaluates each entry under two sets of settings. Names are those of
//! `pg_catalog`.

/// Two sets of settings that give other results wherever a setting is read: `SET LOCAL` of the one and the other.
pub const TWO_SESSIONS: [&str; 2] = [
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres'; \
     SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL quote_all_identifiers = off; \
     SET LOCAL xmloption = 'content'",
    "SET LOCAL TimeZone = 'Asia/Kolkata'; SET LOCAL DateStyle = 'SQL, DMY'; SET LOCAL IntervalStyle = 'sql_standard'; \
     SET LOCAL extra_float_digits = -3; SET LOCAL bytea_output = 'escape'; SET LOCAL quote_all_identifiers = on; \
     SET LOCAL xmloption = 'document'",
];

/// The setting by which values of a type are written as text; none where there is none.
pub fn text_of(type_: &str) -> Option<&'static str> {
    Some(match type_ {
        "float4" | "float8" | "point" | "lseg" | "path" | "box" | "polygon" | "line" | "circle" => {
            "extra_float_digits"
        }
        "bytea" => "bytea_output",
        "interval" => "IntervalStyle",
        "money" => "lc_monetary",
        "date" | "timestamp" => "DateStyle",
        "timestamptz" => "TimeZone and DateStyle",
        _ if is_reg(type_) => "search_path",
        _ => return None,
    })
}

/// The same for values in JSON, where dates are always written by ISO 8601.
pub fn json_of(type_: &str) -> Option<&'static str> {
    match type_ {
        "date" | "timestamp" => None,
        "timestamptz" => Some("TimeZone"),
        other => text_of(other),
    }
}

/// The setting by which text is read as a value of a type.
pub fn value_of(type_: &str) -> Option<&'static str> {
    Some(match type_ {
        "date" | "timestamp" => "DateStyle",
        // `now`, and a date beside the time.
        "time" => "the time and DateStyle",
        "timetz" | "timestamptz" => "TimeZone and DateStyle",
        "interval" => "IntervalStyle",
        "money" => "lc_monetary",
        "xml" => "xmloption",
        _ if is_reg(type_) => "search_path",
        _ => return None,
    })
}

fn is_reg(type_: &str) -> bool {
    matches!(
        type_,
        "regclass"
            | "regcollation"
            | "regconfig"
            | "regdictionary"
            | "regnamespace"
            | "regoper"
            | "regoperator"
            | "regproc"
            | "regprocedure"
            | "regrole"
            | "regtype"
    )
}

/// What a function is known to read, which its volatility does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Nothing of the session.
    Nothing,
    /// What the text of its arguments depends on.
    TextOfArguments,
    /// What its arguments depend on in JSON.
    JsonOfArguments,
    /// Words of the language, unless its pattern, a constant, asks for none.
    Pattern,
    /// The zone, unless it asks for the seconds since 1970.
    PartOfMoment,
    /// This setting.
    Setting(&'static str),
}

/// What a function of `pg_catalog` reads, where its volatility is not to be believed. `arguments` is how many it is
/// called with.
pub fn function(name: &str, arguments: usize) -> Option<Reads> {
    Some(match name {
        "concat" | "concat_ws" | "format" | "array_to_string" | "quote_literal" | "quote_nullable"
        | "anytextcat" | "textanycat" => Reads::TextOfArguments,
        "to_json" | "to_jsonb" | "row_to_json" | "array_to_json" | "json_build_object"
        | "json_build_array" | "jsonb_build_object" | "jsonb_build_array" | "json_agg" | "jsonb_agg"
        | "json_object_agg" | "jsonb_object_agg" => Reads::JsonOfArguments,
        "to_char" | "to_date" | "to_number" => Reads::Pattern,
        "extract" | "date_part" => Reads::PartOfMoment,
        "enum_first" | "enum_last" | "enum_range" | "convert" | "convert_from" | "convert_to" => {
            Reads::Nothing
        }
        // With the zone as an argument they read none.
        "make_timestamptz" if arguments == 7 => Reads::Nothing,
        "date_trunc" if arguments == 3 => Reads::Nothing,
        "quote_ident" => Reads::Setting("quote_all_identifiers"),
        _ => return None,
    })
}

/// Whether a pattern of `to_char` and the like asks for names of days and months in the language of the session, or for
/// its signs of numbers. Other letters mean the same everywhere.
pub fn pattern_reads(pattern: &str, number: bool) -> bool {
    if number {
        return !pattern.chars().all(|letter| "09.,FMfm ".contains(letter));
    }
    let upper = pattern.to_uppercase();
    upper.contains("TM") || upper.contains("TZ") || upper.contains("OF")
}

/// How a change between two types is written so that it reads no setting: over a column, which is quoted already. Types
/// are spelled as `format_type` does.
pub fn fixed_form(from: &str, to: &str, column: &str) -> Option<String> {
    const TIMESTAMP: &str = "timestamp without time zone";
    const TIMESTAMPTZ: &str = "timestamp with time zone";
    const DATE: &str = "date";
    const TIME: &str = "time without time zone";
    let text = |type_: &str| matches!(type_, "text" | "character varying" | "character");
    let zone = "AT TIME ZONE 'UTC'";
    Some(match (from, to) {
        (TIMESTAMP, TIMESTAMPTZ) | (TIMESTAMPTZ, TIMESTAMP) => format!("{column} {zone}"),
        (TIMESTAMPTZ, DATE) => format!("({column} {zone})::date"),
        (TIMESTAMPTZ, TIME) => format!("({column} {zone})::time"),
        (DATE, TIMESTAMPTZ) => format!("{column}::timestamp {zone}"),
        (DATE, to) if text(to) => format!("to_char({column}::timestamp, 'YYYY-MM-DD')"),
        (TIMESTAMP, to) if text(to) => format!("to_char({column}, 'YYYY-MM-DD HH24:MI:SS.US')"),
        (TIMESTAMPTZ, to) if text(to) => {
            format!("to_char({column} {zone}, 'YYYY-MM-DD HH24:MI:SS.US+00')")
        }
        (from, DATE) if text(from) => format!("to_date({column}, 'YYYY-MM-DD')"),
        ("real" | "double precision", to) if text(to) => format!("{column}::numeric::text"),
        ("bytea", to) if text(to) => format!("encode({column}, 'hex')"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, number, reads) in [
            ("YYYY-MM-DD", false, false),
            ("FMTMMonth", false, true),
            ("YYYY TZ", false, true),
            ("FM0000", true, false),
            ("9D9", true, true),
            ("L99", true, true),
        ] {
            assert_eq!(pattern_reads(pattern, number), reads, "{pattern}");
        }
    }
}
