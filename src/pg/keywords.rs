//! PostgreSQL's keywords (manual, appendix C), those of 14 to 18 together.

/// Where a keyword that is not free for every use can't stand bare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// Nowhere but behind AS: `select`.
    Reserved,
    /// As a column or table; as a function or type it may: `left`.
    FunctionOrType,
    /// As a function or type; as a column or table it may: `coalesce`.
    ColumnName,
}

/// What a lower-case word is, unless it is free for every use.
pub fn keyword(word: &str) -> Option<Keyword> {
    let at = KEYWORDS.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
    KEYWORDS.get(at).map(|(_, kind)| *kind)
}

/// Whether a bare word can't be the name of a column or table, in any case.
pub fn is_reserved(word: &str) -> bool {
    keyword(&word.to_ascii_lowercase()) == Some(Keyword::Reserved)
}

use Keyword::{ColumnName, FunctionOrType, Reserved};

/// Every keyword that is not unreserved, sorted. The union of the versions serves them all: to quote one too many is
/// harmless.
#[rustfmt::skip]
pub const KEYWORDS: &[(&str, Keyword)] = &[
    ("all", Reserved),
    ("analyse", Reserved),
    ("analyze", Reserved),
    ("and", Reserved),
    ("any", Reserved),
    ("array", Reserved),
    ("as", Reserved),
    ("asc", Reserved),
    ("asymmetric", Reserved),
    ("authorization", FunctionOrType),
    ("between", ColumnName),
    ("bigint", ColumnName),
    ("binary", FunctionOrType),
    ("bit", ColumnName),
    ("boolean", ColumnName),
    ("both", Reserved),
    ("case", Reserved),
    ("cast", Reserved),
    ("char", ColumnName),
    ("character", ColumnName),
    ("check", Reserved),
    ("coalesce", ColumnName),
    ("collate", Reserved),
    ("collation", FunctionOrType),
    ("column", Reserved),
    ("concurrently", FunctionOrType),
    ("constraint", Reserved),
    ("create", Reserved),
    ("cross", FunctionOrType),
    ("current_catalog", Reserved),
    ("current_date", Reserved),
    ("current_role", Reserved),
    ("current_schema", FunctionOrType),
    ("current_time", Reserved),
    ("current_timestamp", Reserved),
    ("current_user", Reserved),
    ("dec", ColumnName),
    ("decimal", ColumnName),
    ("default", Reserved),
    ("deferrable", Reserved),
    ("desc", Reserved),
    ("distinct", Reserved),
    ("do", Reserved),
    ("else", Reserved),
    ("end", Reserved),
    ("except", Reserved),
    ("exists", ColumnName),
    ("extract", ColumnName),
    ("false", Reserved),
    ("fetch", Reserved),
    ("float", ColumnName),
    ("for", Reserved),
    ("foreign", Reserved),
    ("freeze", FunctionOrType),
    ("from", Reserved),
    ("full", FunctionOrType),
    ("grant", Reserved),
    ("greatest", ColumnName),
    ("group", Reserved),
    ("grouping", ColumnName),
    ("having", Reserved),
    ("ilike", FunctionOrType),
    ("in", Reserved),
    ("initially", Reserved),
    ("inner", FunctionOrType),
    ("inout", ColumnName),
    ("int", ColumnName),
    ("integer", ColumnName),
    ("intersect", Reserved),
    ("interval", ColumnName),
    ("into", Reserved),
    ("is", FunctionOrType),
    ("isnull", FunctionOrType),
    ("join", FunctionOrType),
    ("json", ColumnName),
    ("json_array", ColumnName),
    ("json_arrayagg", ColumnName),
    ("json_exists", ColumnName),
    ("json_object", ColumnName),
    ("json_objectagg", ColumnName),
    ("json_query", ColumnName),
    ("json_scalar", ColumnName),
    ("json_serialize", ColumnName),
    ("json_table", ColumnName),
    ("json_value", ColumnName),
    ("lateral", Reserved),
    ("leading", Reserved),
    ("least", ColumnName),
    ("left", FunctionOrType),
    ("like", FunctionOrType),
    ("limit", Reserved),
    ("localtime", Reserved),
    ("localtimestamp", Reserved),
    ("merge_action", ColumnName),
    ("national", ColumnName),
    ("natural", FunctionOrType),
    ("nchar", ColumnName),
    ("none", ColumnName),
    ("normalize", ColumnName),
    ("not", Reserved),
    ("notnull", FunctionOrType),
    ("null", Reserved),
    ("nullif", ColumnName),
    ("numeric", ColumnName),
    ("offset", Reserved),
    ("on", Reserved),
    ("only", Reserved),
    ("or", Reserved),
    ("order", Reserved),
    ("out", ColumnName),
    ("outer", FunctionOrType),
    ("overlaps", FunctionOrType),
    ("overlay", ColumnName),
    ("placing", Reserved),
    ("position", ColumnName),
    ("precision", ColumnName),
    ("primary", Reserved),
    ("real", ColumnName),
    ("references", Reserved),
    ("returning", Reserved),
    ("right", FunctionOrType),
    ("row", ColumnName),
    ("select", Reserved),
    ("session_user", Reserved),
    ("setof", ColumnName),
    ("similar", FunctionOrType),
    ("smallint", ColumnName),
    ("some", Reserved),
    ("substring", ColumnName),
    ("symmetric", Reserved),
    ("system_user", Reserved),
    ("table", Reserved),
    ("tablesample", FunctionOrType),
    ("then", Reserved),
    ("time", ColumnName),
    ("timestamp", ColumnName),
    ("to", Reserved),
    ("trailing", Reserved),
    ("treat", ColumnName),
    ("trim", ColumnName),
    ("true", Reserved),
    ("union", Reserved),
    ("unique", Reserved),
    ("user", Reserved),
    ("using", Reserved),
    ("values", ColumnName),
    ("varchar", ColumnName),
    ("variadic", Reserved),
    ("verbose", FunctionOrType),
    ("when", Reserved),
    ("where", Reserved),
    ("window", Reserved),
    ("with", Reserved),
    ("xmlattributes", ColumnName),
    ("xmlconcat", ColumnName),
    ("xmlelement", ColumnName),
    ("xmlexists", ColumnName),
    ("xmlforest", ColumnName),
    ("xmlnamespaces", ColumnName),
    ("xmlparse", ColumnName),
    ("xmlpi", ColumnName),
    ("xmlroot", ColumnName),
    ("xmlserialize", ColumnName),
    ("xmltable", ColumnName),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted_by_key(|(word, _)| word));
        assert_eq!(keyword("left"), Some(FunctionOrType));
        assert_eq!(keyword("name"), None);
        assert!(is_reserved("SELECT") && !is_reserved("coalesce"));
    }
}
