//! What `ALTER COLUMN … TYPE` costs, from the two types alone. Every line of [`change`] was observed on
//! PostgreSQL 14 to 18: a change is free when it touches the catalog and nothing else.

use crate::ident::Ident;

/// A type as far as its cost matters: aliases resolved, modifiers read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// The catalog's name (`int8`, `varchar`, `timestamptz`), with its schema when one other than `pg_catalog`
    /// is written.
    pub name: String,
    /// `(10,2)`
    pub modifiers: Vec<i64>,
    /// The fields that an interval is limited to: `year to month`.
    pub fields: Option<String>,
    /// `[]`
    pub array: bool,
}

/// What a change of type costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// The catalog alone changes.
    Free,
    /// Every row is rewritten, and every index of the table.
    Rewrite,
    /// Nothing in the files says.
    Unknown,
}

/// The type of a column that is written as one of the serial types; nothing for any other.
pub fn serial(written: &str) -> Option<&'static str> {
    Some(match written.trim().trim_matches('"').to_ascii_lowercase().as_str() {
        "smallserial" | "serial2" => "smallint",
        "serial" | "serial4" => "integer",
        "bigserial" | "serial8" => "bigint",
        _ => return None,
    })
}

const ALIASES: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bigserial", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("character", "bpchar"),
    ("char", "bpchar"),
    ("nchar", "bpchar"),
    ("national character", "bpchar"),
    ("national char", "bpchar"),
    ("character varying", "varchar"),
    ("char varying", "varchar"),
    ("nchar varying", "varchar"),
    ("national character varying", "varchar"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("double precision", "float8"),
    ("float", "float8"),
    ("int", "int4"),
    ("integer", "int4"),
    ("real", "float4"),
    ("serial", "int4"),
    ("serial2", "int2"),
    ("serial4", "int4"),
    ("serial8", "int8"),
    ("smallint", "int2"),
    ("smallserial", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

/// What `format_type` prints for types that the catalog has by another name.
const PRINTED: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bit varying", "varbit"),
    ("boolean", "bool"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("double precision", "float8"),
    ("integer", "int4"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
];

#[rustfmt::skip]
const BUILT_IN: &[&str] = &[
    "bit", "bool", "box", "bpchar", "bytea", "char", "cidr", "circle", "date", "float4", "float8", "inet",
    "int2", "int4", "int8", "interval", "json", "jsonb", "line", "lseg", "macaddr", "macaddr8", "money",
    "name", "numeric", "oid", "path", "point", "polygon", "text", "time", "timestamp", "timestamptz",
    "timetz", "tsquery", "tsvector", "uuid", "varbit", "varchar", "xml",
];

impl Type {
    /// Reads a type as SQL writes it.
    pub fn parse(written: &str) -> Self {
        let mut text = written.trim();
        let mut array = false;
        while let Some(open) = text.strip_suffix(']').and_then(|t| t.rfind('[')) {
            array = true;
            text = text[..open].trim_end();
        }
        let (mut base, modifiers) = split_modifiers(text);
        if let Some(shorter) = base.strip_suffix(" array") {
            array = true;
            base = shorter.to_owned();
        }
        let mut base = base.strip_prefix("pg_catalog.").map(str::to_owned).unwrap_or(base);
        // `interval day to second` limits fields as `(3)` limits digits
        let fields = base.strip_prefix("interval ").map(|fields| fields.trim().to_owned());
        if fields.is_some() {
            base.truncate("interval".len());
        }
        let mut name = ALIASES
            .iter()
            .find(|(alias, _)| *alias == base)
            .map_or(base.as_str(), |(_, name)| name)
            .to_owned();
        let mut modifiers = modifiers;
        match name.as_str() {
            "float8" if base == "float" && modifiers.first().is_some_and(|bits| *bits <= 24) => {
                name = "float4".to_owned();
                modifiers.clear();
            }
            "float8" => modifiers.clear(),
            // without a length, `char` and `bit` hold one
            "bpchar" if modifiers.is_empty() && base != "bpchar" => modifiers.push(1),
            "bit" if modifiers.is_empty() => modifiers.push(1),
            // six digits are all there is
            "timestamp" | "timestamptz" | "time" | "timetz" | "interval" if modifiers == [6] => {
                modifiers.clear();
            }
            // `numeric(10)` is `numeric(10,0)`
            "numeric" if modifiers.len() == 1 => modifiers.push(0),
            _ => {}
        }
        if written.trim().starts_with("\"char\"") {
            "\"char\"".clone_into(&mut name);
        }
        Self { name, modifiers, fields, array }
    }

    /// Whether a column of this type numbers itself: `serial` and its sizes.
    pub fn is_serial(written: &str) -> bool {
        serial(written).is_some()
    }

    /// Whether PostgreSQL itself defines it.
    pub fn is_built_in(&self) -> bool {
        BUILT_IN.binary_search(&self.name.as_str()).is_ok() || self.name == "\"char\""
    }

    /// The name that PostgreSQL prints where it has one of the standard's own.
    pub fn printed(&self) -> &str {
        PRINTED.iter().find(|(_, name)| *name == self.name).map_or(self.name.as_str(), |(printed, _)| printed)
    }

    /// The name as an identifier, for looking up domains and enums.
    pub fn ident(&self) -> Ident {
        Ident::new(self.name.rsplit('.').next().unwrap_or_default())
    }

    /// Whether an index on a column of one type is an index on a column of the other.
    pub fn sorts_like(&self, other: &Self) -> bool {
        let family = |type_: &'_ Self| match type_.name.as_str() {
            "varchar" => "text".to_owned(),
            "cidr" => "inet".to_owned(),
            name => name.to_owned(),
        };
        family(self) == family(other)
    }

    /// Whether no other type than itself turns into it for free.
    fn only_from_itself(&self) -> bool {
        if self.array {
            return true;
        }
        match self.name.as_str() {
            "text" | "varchar" | "varbit" | "inet" | "xml" | "oid" => self.name == "xml",
            "numeric" => false,
            "bpchar" => !self.modifiers.is_empty(),
            "timestamp" | "timestamptz" | "time" | "timetz" => self.modifiers == [0],
            "interval" => false,
            _ => self.is_built_in(),
        }
    }
}

/// What changing a column from one type to another costs. `from` is `None` when no file says what it was.
pub fn change(from: Option<&Type>, to: &Type) -> Cost {
    let Some(from) = from else { return if to.only_from_itself() { Cost::Rewrite } else { Cost::Unknown } };
    if from == to {
        return Cost::Free;
    }
    // an array is converted element by element, whatever its elements are
    if from.array || to.array {
        return Cost::Rewrite;
    }
    let wider = || match (from.modifiers.first(), to.modifiers.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => new >= old,
    };
    let free = match (from.name.as_str(), to.name.as_str()) {
        ("varchar", "varchar") | ("varbit", "varbit") => wider(),
        ("timestamp", "timestamp")
        | ("timestamptz", "timestamptz")
        | ("time", "time")
        | ("timetz", "timetz") => wider(),
        ("interval", "interval") => wider_interval(from, to),
        ("numeric", "numeric") => {
            to.modifiers.is_empty() || (from.modifiers.get(1) == to.modifiers.get(1) && wider())
        }
        ("varchar", "text") | ("cidr", "inet") | ("xml", "text") => true,
        ("text" | "xml", "varchar") => to.modifiers.is_empty(),
        ("bit", "varbit") => to.modifiers.is_empty(),
        // binary coercible: an index on the column is rebuilt, the table isn't
        ("int4", "oid") | ("oid", "int4") => true,
        ("text" | "varchar", "citext") | ("citext", "text") => true,
        ("citext", "varchar") => to.modifiers.is_empty(),
        ("varchar" | "text" | "xml" | "bpchar" | "citext", "bpchar") => to.modifiers.is_empty(),
        (_, "citext") if from.is_built_in() => false,
        (_, _) if from.is_built_in() && to.is_built_in() => false,
        _ => return Cost::Unknown,
    };
    if free { Cost::Free } else { Cost::Rewrite }
}

/// Whether every interval of the one type is one of the other as it is (`interval_support`).
fn wider_interval(from: &Type, to: &Type) -> bool {
    const FIELDS: [&str; 6] = ["second", "minute", "hour", "day", "month", "year"];
    let last = |fields: &String| {
        fields.rsplit(' ').next().and_then(|last| FIELDS.iter().position(|known| *known == last))
    };
    let least = |type_: &Type| type_.fields.as_ref().and_then(last).unwrap_or(0);
    let digits = |type_: &Type| type_.modifiers.first().copied().unwrap_or(6);
    to.fields.is_none() && to.modifiers.is_empty()
        || least(to) <= least(from) && (least(from) > 0 || digits(to) >= digits(from))
}

/// `timestamp(3) with time zone` → (`timestamp with time zone`, [3]), in lower case with single spaces.
fn split_modifiers(text: &str) -> (String, Vec<i64>) {
    let (before, inside, after) = match text.split_once('(') {
        Some((before, rest)) => match rest.split_once(')') {
            Some((inside, after)) => (before, inside, after),
            None => (before, rest, ""),
        },
        None => (text, "", ""),
    };
    let words = format!("{before} {after}");
    let name = words
        .split_whitespace()
        .map(|word| {
            word.split('.').map(|part| Ident::parse(part).as_str().to_owned()).collect::<Vec<_>>().join(".")
        })
        .collect::<Vec<_>>()
        .join(" ");
    (name, inside.split(',').filter_map(|number| number.trim().parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(from: &str, to: &str) -> Cost {
        change(Some(&Type::parse(from)), &Type::parse(to))
    }

    #[test]
    fn the_free_list_and_its_neighbours() {
        for (from, to) in [
            ("varchar(10)", "varchar(20)"),
            ("varchar(10)", "varchar(10)"),
            ("character varying(10)", "VARCHAR"),
            ("varchar(10)", "text"),
            ("text", "varchar"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "decimal(14, 2)"),
            ("numeric(10,2)", "numeric"),
            ("numeric(10)", "numeric(12,0)"),
            ("timestamp(3)", "timestamp(6)"),
            ("timestamp(3) without time zone", "timestamp"),
            ("timestamptz(3)", "timestamp with time zone"),
            ("timestamp(3) with time zone", "timestamptz(6)"),
            ("time(3)", "time(6)"),
            ("interval(3)", "interval"),
            ("interval year", "interval"),
            ("interval year", "interval month"),
            ("interval", "interval day to second"),
            ("cidr", "inet"),
            ("bit(3)", "varbit"),
            ("varbit(5)", "bit varying(10)"),
            ("xml", "text"),
            ("text", "bpchar"),
            ("text", "citext"),
            ("int", "INTEGER"),
            ("pg_catalog.int4", "integer"),
            ("serial", "integer"),
            ("float(30)", "double precision"),
        ] {
            assert_eq!(cost(from, to), Cost::Free, "{from} -> {to}");
        }
        for (from, to) in [
            ("varchar(10)", "varchar(5)"),
            ("text", "varchar(50)"),
            ("varchar", "varchar(50)"),
            ("varchar(5)", "char(5)"),
            ("char(5)", "text"),
            ("char(5)", "varchar"),
            ("char(5)", "char(6)"),
            ("varchar", "name"),
            ("integer", "bigint"),
            ("serial", "bigint"),
            ("int", "smallint"),
            ("int", "numeric"),
            ("int", "text"),
            ("real", "double precision"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("numeric(10,2)", "numeric(8,2)"),
            ("numeric", "numeric(10,2)"),
            ("timestamp", "timestamp(3)"),
            ("timestamp", "date"),
            ("timestamp", "timestamptz"),
            ("json", "jsonb"),
            ("jsonb", "json"),
            ("jsonb", "text"),
            ("text", "bytea"),
            ("boolean", "integer"),
            ("int[]", "bigint[]"),
            ("varchar(10)[]", "varchar(20)[]"),
            ("varchar(10)[]", "text[]"),
            ("bit(3)", "varbit(5)"),
            ("inet", "cidr"),
            ("int", "citext"),
            ("interval", "interval year"),
            ("interval", "interval(3)"),
            ("interval day to second(3)", "interval second(2)"),
        ] {
            assert_eq!(cost(from, to), Cost::Rewrite, "{from} -> {to}");
        }
        assert_eq!(cost("order_status", "text"), Cost::Unknown);
    }

    #[test]
    fn without_the_old_type_only_the_certain_is_certain() {
        for to in [
            "bigint",
            "integer",
            "date",
            "jsonb",
            "uuid",
            "char(3)",
            "boolean",
            "bytea",
            "text[]",
            "timestamp(0)",
        ] {
            assert_eq!(change(None, &Type::parse(to)), Cost::Rewrite, "{to}");
        }
        for to in ["text", "varchar(50)", "numeric(12,2)", "timestamptz", "inet", "varbit", "mood", "citext"]
        {
            assert_eq!(change(None, &Type::parse(to)), Cost::Unknown, "{to}");
        }
    }

    #[test]
    fn tables_are_sorted() {
        assert!(BUILT_IN.is_sorted());
    }
}
