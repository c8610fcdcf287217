//! Which words mean what in PostgreSQL's grammar.

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
