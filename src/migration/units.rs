//! A migration as the transactions that it is made of: what `psql` would commit one after the other.

use super::operation::Operation;
use super::source::Span;
use super::{Migration, direct, mentions, statements};
use crate::error::{Error, Result};
use crate::ident::{Ident, literal};

/// What is committed at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The statements.
    pub statements: Vec<Statement>,
    /// The file holds them together by BEGIN and COMMIT, or they are one operation of a YAML file.
    pub together: bool,
}

/// A statement, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Without its semicolon.
    pub sql: String,
    /// Where it stands; for YAML, the operation.
    pub span: Span,
    /// The table and index of a CREATE INDEX CONCURRENTLY that names its index: a build that was cut off leaves an
    /// invalid one.
    pub builds: Option<Build>,
}

/// An index that is built without a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The table, as written.
    pub table: String,
    /// The index.
    pub index: Ident,
}

/// What a statement is to whoever sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It begins a transaction.
    Begins,
    /// It commits one; with AND CHAIN another begins.
    Commits {
        /// `AND CHAIN`
        chain: bool,
    },
    /// It undoes one.
    RollsBack {
        /// `AND CHAIN`
        chain: bool,
    },
    /// It makes a setting that lasts until the session ends.
    SetsSession,
    /// It makes a setting that ends with the transaction.
    SetsTransaction,
    /// It does something.
    Works,
}

impl Unit {
    /// The text by which a later run knows it again.
    pub fn text(&self) -> String {
        self.statements.iter().map(|statement| statement.sql.as_str()).collect::<Vec<_>>().join(";\n")
    }
}

impl Statement {
    /// What it is.
    pub fn role(&self) -> Role {
        let words: Vec<String> = self.sql.split_whitespace().take(3).map(str::to_ascii_uppercase).collect();
        let word = |at: usize| words.get(at).map_or("", String::as_str);
        let chain = mentions(&self.sql, "AND CHAIN");
        match (word(0), word(1)) {
            ("BEGIN", _) | ("START", "TRANSACTION") => Role::Begins,
            ("COMMIT" | "ROLLBACK", "PREPARED") => Role::Works,
            ("COMMIT" | "END", _) => Role::Commits { chain },
            ("ROLLBACK", _) if mentions(&self.sql, "TO") => Role::Works,
            ("ROLLBACK" | "ABORT", _) => Role::RollsBack { chain },
            ("SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS") => Role::SetsTransaction,
            ("SET" | "RESET", _) => Role::SetsSession,
            ("SELECT", _) if mentions(&self.sql, "set_config") => Role::SetsSession,
            _ => Role::Works,
        }
    }
}

/// Cuts a migration into what is committed at once; `schema` is what unqualified names of YAML get. What it rolls back by itself is left out.
///
/// # Errors
/// Exit 2 for a transaction that the file leaves open; exit 23 for what only `psql` can do.
pub fn units(migration: &Migration, schema: &Ident) -> Result<Vec<Unit>> {
    if migration.is_sql() { of_sql(migration) } else { Ok(of_yaml(migration, schema)) }
}

fn of_yaml(migration: &Migration, schema: &Ident) -> Vec<Unit> {
    let unit = |step: &super::operation::Step| {
        let sql = plain(&step.operation, schema).into_iter();
        let statements = sql.map(|sql| Statement { sql, span: step.span, builds: None }).collect();
        Unit { statements, together: true }
    };
    migration.steps.iter().map(unit).collect()
}

/// The statements of an operation. For what a file accepts as made already PostgreSQL often has no `IF NOT EXISTS`.
fn plain(operation: &Operation, schema: &Ident) -> Vec<String> {
    let statements = direct::statements(operation, schema).into_iter();
    let accepts = operation.created().is_some_and(|(_, create)| create.if_not_exists);
    statements.map(|sql| if accepts { unless_it_exists(&sql) } else { sql }).collect()
}

fn unless_it_exists(sql: &str) -> String {
    let known = "duplicate_object OR duplicate_table OR duplicate_function OR duplicate_schema";
    let body = format!("BEGIN\n  EXECUTE {};\nEXCEPTION WHEN {known} THEN\n  NULL;\nEND", literal(sql));
    format!("DO {}", literal(&body))
}

fn of_sql(migration: &Migration) -> Result<Vec<Unit>> {
    let source = &migration.source;
    let mut units = Vec::new();
    let mut open: Option<(Span, Vec<Statement>)> = None;
    for span in statements(source) {
        let sql = source.slice(span).to_owned();
        if sql.starts_with('\\') {
            // pg_dump writes these around its output
            if sql.starts_with("\\restrict") || sql.starts_with("\\unrestrict") {
                continue;
            }
            let error = Error::refused("a command of psql can't be carried out");
            return Err(error
                .at(source, span)
                .hint("write SQL, or run the file with `psql` and `midflight baseline` it"));
        }
        let statement = Statement { builds: build(migration, span), sql, span };
        let role = statement.role();
        match role {
            Role::Begins => open = Some(open.unwrap_or((span, Vec::new()))),
            Role::Commits { chain } | Role::RollsBack { chain } => {
                let ended = open.take().map(|(_, statements)| statements).unwrap_or_default();
                if matches!(role, Role::Commits { .. }) && !ended.is_empty() {
                    units.push(Unit { statements: ended, together: true });
                }
                open = chain.then_some((span, Vec::new()));
            }
            Role::SetsSession | Role::SetsTransaction | Role::Works => {
                refuse_data(migration, &statement)?;
                match &mut open {
                    Some((_, statements)) => statements.push(statement),
                    None => units.push(Unit { statements: vec![statement], together: false }),
                }
            }
        }
    }
    match open {
        None => Ok(units),
        Some((span, _)) => Err(Error::usage("the transaction that begins here is never committed")
            .at(source, span)
            .hint("end it with `COMMIT;`: at the end of a file the server would undo it")),
    }
}

fn refuse_data(migration: &Migration, statement: &Statement) -> Result<()> {
    let words = statement.sql.get(..4).unwrap_or_default();
    let data = words.eq_ignore_ascii_case("COPY")
        && ["STDIN", "STDOUT"].iter().any(|word| mentions(&statement.sql, word));
    if !data {
        return Ok(());
    }
    Err(Error::refused("COPY with data of the client can't be carried out")
        .at(&migration.source, statement.span)
        .hint("write INSERT, or load data with `psql`, outside migrations"))
}

/// The index that the statement builds concurrently under a name.
fn build(migration: &Migration, span: Span) -> Option<Build> {
    let inside = |step: &&super::operation::Step| step.span.start >= span.start && step.span.end <= span.end;
    match &migration.steps.iter().find(inside)?.operation {
        Operation::CreateIndex(op) if op.concurrently => {
            Some(Build { table: op.table.to_string(), index: op.name.as_ref()?.value.clone() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::parse;
    use crate::migration::source::Source;

    fn cut(sql: &str) -> Result<Vec<(String, bool)>> {
        let migration = parse(Source::new("m.sql", sql)).unwrap();
        Ok(units(&migration, &Ident::new("public"))?
            .into_iter()
            .map(|unit| (unit.text(), unit.together))
            .collect())
    }

    #[test]
    fn transactions_of_the_file_stay_together() {
        let cut = cut(
            "SET lock_timeout = 1;\nBEGIN; CREATE TABLE a (); SAVEPOINT s; ROLLBACK TO s; COMMIT;\nDROP TABLE b;\n\
             START TRANSACTION; SELECT 1; ROLLBACK; COMMIT;\nBEGIN; SELECT 2; COMMIT AND CHAIN; SELECT 3; END;",
        )
        .unwrap();
        let wanted = [
            ("SET lock_timeout = 1", false),
            ("CREATE TABLE a ();\nSAVEPOINT s;\nROLLBACK TO s", true),
            ("DROP TABLE b", false),
            ("SELECT 2", true),
            ("SELECT 3", true),
        ];
        assert_eq!(cut, wanted.map(|(text, together)| (text.to_owned(), together)));
    }

    #[test]
    fn what_psql_would_undo_or_do_by_itself_is_refused() {
        for (sql, line) in [
            ("SELECT 1;\nBEGIN;\nDROP TABLE a;", 2),
            ("SELECT 1;\n\\i other.sql\n", 2),
            ("COPY t FROM STDIN;", 1),
        ] {
            assert_eq!(cut(sql).unwrap_err().place.unwrap().start.line, line, "{sql}");
        }
        assert_eq!(cut("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n").unwrap().len(), 1);
    }

    #[test]
    fn settings_are_told_from_work() {
        let role = |sql: &str| Statement { sql: sql.to_owned(), span: Span::default(), builds: None }.role();
        assert_eq!(role("set search_path to a"), Role::SetsSession);
        assert_eq!(role("SELECT pg_catalog.set_config('search_path', '', false)"), Role::SetsSession);
        assert_eq!(role("SET LOCAL x = 1"), Role::SetsTransaction);
        assert_eq!(role("UPDATE t SET a = 1"), Role::Works);
    }
}
