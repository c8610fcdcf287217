//! What a throwaway database takes from the one that it stands for, besides its schema: by which role with which
//! settings statements run, which roles there are, and how text is stored and sorted.

use sqlx::Row;

use crate::db::Session;
use crate::error::Result;
use crate::ident::{Ident, literal};

/// Settings that a statement's outcome may depend on.
const SETTINGS: [&str; 12] = [
    "search_path",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "bytea_output",
    "default_toast_compression",
    "default_text_search_config",
    "xmlbinary",
    "xmloption",
];

/// A database, as far as the server around it has a say.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// First number of the server's version.
    pub major: u32,
    /// The role that statements run as.
    pub role: String,
    /// All roles that there are.
    roles: Vec<String>,
    /// Name and value.
    settings: Vec<(String, String)>,
    encoding: String,
    collate: String,
    ctype: String,
}

/// Reads them. No table is locked.
pub async fn read(session: &mut Session) -> Result<Traits> {
    let one = "SELECT pg_catalog.current_setting('server_version_num')::integer / 10000, current_user::text,
                      pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text
               FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";
    let row = session.one(one).await?;
    let mut traits = Traits {
        major: row.try_get::<i32, _>(0)?.unsigned_abs(),
        role: row.try_get(1)?,
        encoding: row.try_get(2)?,
        collate: row.try_get(3)?,
        ctype: row.try_get(4)?,
        ..Traits::default()
    };
    for row in session.rows("SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'").await? {
        traits.roles.push(row.try_get(0)?);
    }
    let names: Vec<String> = SETTINGS.iter().map(|name| literal(name)).collect();
    let settings =
        format!("SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ({})", names.join(", "));
    for row in session.rows(&settings).await? {
        traits.settings.push((row.try_get(0)?, row.try_get(1)?));
    }
    Ok(traits)
}

impl Traits {
    /// Of a database that is known by its schema alone.
    pub fn unknown() -> Self {
        Self { role: "postgres".to_owned(), ..Self::default() }
    }

    /// Makes the roles and an empty database. The role that statements run as may do everything here: what it may do there
    /// is asked by `plan`. Gives what is not the same here.
    pub async fn create(&self, admin: &mut Session, database: &str) -> Result<Vec<String>> {
        let mut told = Vec::new();
        for role in self.roles.iter().filter(|role| *role != "postgres") {
            admin.run(&format!("CREATE ROLE {}", Ident::new(role.as_str()))).await?;
        }
        let role = Ident::new(self.role.as_str());
        admin.run(&format!("ALTER ROLE {role} LOGIN SUPERUSER")).await?;
        for (name, value) in &self.settings {
            // a list of names is set as it is written, and kept as what it means
            let set = format!("SELECT pg_catalog.set_config({}, {}, false)", literal(name), literal(value));
            if admin.run(&set).await.is_ok() {
                admin.run(&format!("ALTER ROLE {role} SET {name} FROM CURRENT; RESET {name}")).await?;
            } else {
                told.push(format!("{name} can't be {value} on this machine"));
            }
        }
        let create = format!("CREATE DATABASE {database} TEMPLATE template0");
        let alike = format!(
            "{create} ENCODING {} LC_COLLATE {} LC_CTYPE {}",
            literal(&self.encoding),
            literal(&self.collate),
            literal(&self.ctype)
        );
        if self.encoding.is_empty() {
            admin.run(&create).await?;
        } else if admin.run(&alike).await.is_err() {
            let found = format!("{} ({})", self.encoding, self.collate);
            told.push(format!("text is stored and sorted as UTF8 (C) here, as {found} there"));
            admin.run(&create).await?;
        }
        Ok(told)
    }
}
