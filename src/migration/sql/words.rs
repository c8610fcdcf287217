//! Which words mean what in PostgreSQL's grammar.

/// Whether a bare word can't be the name of a column or table (manual, appendix C: "reserved").
pub fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

/// Whether a bare word ends the type or the default of a column definition.
pub fn starts_column_clause(word: &str) -> bool {
    COLUMN_CLAUSES.iter().any(|clause| clause.eq_ignore_ascii_case(word))
}

/// Words that may follow the first word of a type: `double precision`, `timestamp(3) with time zone`.
pub fn continues_type(word: &str) -> bool {
    TYPE_WORDS.iter().any(|part| part.eq_ignore_ascii_case(word))
}

const COLUMN_CLAUSES: &[&str] = &[
    "COLLATE",
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "GENERATED",
    "STORAGE",
    "COMPRESSION",
    "DEFERRABLE",
    "INITIALLY",
    "OPTIONS",
];

const TYPE_WORDS: &[&str] = &[
    "PRECISION",
    "VARYING",
    "CHARACTER",
    "CHAR",
    "WITH",
    "WITHOUT",
    "TIME",
    "ZONE",
    "YEAR",
    "MONTH",
    "DAY",
    "HOUR",
    "MINUTE",
    "SECOND",
    "TO",
    "ARRAY",
];

const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

#[cfg(test)]
mod tests {
    #[test]
    fn reserved_words_are_sorted_for_the_search() {
        assert!(super::RESERVED.is_sorted());
    }
}
