//! A definition, as `pg_dump` writes it, into an empty database.

use std::collections::BTreeSet;

use crate::db::{Session, explain};
use crate::error::{Error, Kind, Result};
use crate::ident::Ident;
use crate::migration::source::Source;
use crate::migration::{self, mentions};

/// Where a definition comes from: what is wrong with it is somebody else's fault.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// `pg_dump`, without what files are not concerned with: what needs that can't be created, nor is it missed.
    Dumped,
    /// A file of the user's, by this path. It has to be complete.
    File(&'a str),
}

/// Carries a definition out, statement by statement. Roles that it names and nobody has are made. Gives what could not
/// be created, each in a line.
///
/// # Errors
/// Exit 2 for an extension that the server's programs lack, and for a file that PostgreSQL refuses.
pub async fn restore(session: &mut Session, text: String, origin: Origin<'_>) -> Result<Vec<String>> {
    let path = match origin {
        Origin::Dumped => "pg_dump",
        Origin::File(path) => path,
    };
    let source = Source::new(path, text);
    let mut left_out = Vec::new();
    let mut made = BTreeSet::new();
    for span in migration::statements(&source) {
        let sql = source.slice(span);
        if sql.starts_with('\\') {
            continue; // pg_dump writes a few commands for psql
        }
        while let Err(error) = session.run(sql).await {
            let Some(server) = error.as_database_error() else { return Err(error.into()) };
            let code = server.code().unwrap_or_default().into_owned();
            if let Some(role) = missing_role(&code, server.message())
                && made.insert(role.clone())
            {
                session.run(&format!("CREATE ROLE {role}")).await?;
                continue;
            }
            let explained = explain(&error);
            if sql.starts_with("CREATE EXTENSION") {
                return Err(Error::usage(format!(
                    "an extension of the database is missing here: {explained}"
                ))
                .hint("install it for the server programs of this machine; or rehearse where they have it"));
            }
            match origin {
                Origin::Dumped if may_be_missing(sql, &code) => {
                    left_out.push(format!("{}: {explained}", head(sql)));
                    break;
                }
                Origin::Dumped => {
                    return Err(Error::new(Kind::Failed, format!("the schema can't be copied: {explained}"))
                        .detail(head(sql))
                        .hint("give the schema as `--schema FILE`"));
                }
                Origin::File(path) => {
                    return Err(Error::usage(format!("PostgreSQL refuses schema `{path}`: {explained}"))
                        .at(&source, span));
                }
            }
        }
    }
    Ok(left_out)
}

/// What is missing is left out on purpose where a function, a cast or a foreign key of a table that is only referred to
/// needs it. A table's own parts never are.
fn may_be_missing(sql: &str, code: &str) -> bool {
    /// What can't be without the table that it is of.
    const OF_TABLES: [&str; 12] = [
        "CREATE TABLE",
        "CREATE UNLOGGED TABLE",
        "CREATE FOREIGN TABLE",
        "CREATE INDEX",
        "CREATE UNIQUE INDEX",
        "CREATE VIEW",
        "CREATE MATERIALIZED VIEW",
        "CREATE TRIGGER",
        "CREATE POLICY",
        "CREATE RULE",
        "CREATE SCHEMA",
        "ALTER TABLE",
    ];
    let undefined = ["42P01", "42704", "42883", "3F000"].contains(&code);
    let of_table = OF_TABLES.iter().any(|head| sql.starts_with(head));
    undefined && (!of_table || mentions(sql, "FOREIGN KEY"))
}

/// The role whose absence made a statement fail. The server speaks English: `ephemeral` starts it so.
fn missing_role(code: &str, message: &str) -> Option<Ident> {
    let name = message.strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    (code == "42704").then(|| Ident::new(name))
}

fn head(sql: &str) -> String {
    const LONGEST: usize = 80;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
