//! Compares two databases completely: every catalog that `pg_dump` writes, and every row.
//!
//! [`read`] takes one database into plain text: objects by kind and name with their properties, tables as sums over
//! their rows. Two of these can be compared at any time, also two moments of one database. [`compare`] does both for two
//! databases, and names rows that differ. [`left_out`] is all that is not compared.
//!
//! Whoever reads has to be a superuser: some catalogs are open to nobody else.

mod catalog;
mod difference;
pub mod left_out;
mod plain;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use difference::{Change, Difference};
use rows::Rows;

use crate::db::Session;
use crate::error::Result;
use crate::ident::Ident;

/// What is compared.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// midflight's own schema, which is left out.
    pub state_schema: Ident,
    /// Values that differ by chance.
    pub volatile: Vec<Volatile>,
}

/// Values that differ by chance: those of a column, of a whole table, or where a sequence stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volatile {
    /// The table or sequence, as it is written with its schema: `public."Orders"`.
    pub relation: String,
    /// The column, as the catalog has it; none is all of them.
    pub column: Option<String>,
}

/// An object: what it is, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: String,
    name: String,
}

/// What is known of an object, by the name of the property.
type Properties = BTreeMap<String, String>;

/// A database at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    objects: BTreeMap<Key, Properties>,
    rows: BTreeMap<String, Rows>,
}

impl Contents {
    /// What differs, in a fixed order.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        difference::of(self, other)
    }
}

impl Options {
    fn all_of(&self, relation: &str) -> bool {
        self.volatile.iter().any(|one| one.relation == relation && one.column.is_none())
    }

    fn column(&self, relation: &str, column: &str) -> bool {
        self.volatile
            .iter()
            .any(|one| one.relation == relation && one.column.as_deref().is_none_or(|named| named == column))
    }
}

/// Reads a database, in one snapshot. Rows are summed up on the server.
///
/// # Errors
/// The database's.
pub async fn read(session: &mut Session, options: &Options) -> Result<Contents> {
    begin(session).await?;
    let contents = contents(session, options).await;
    session.rollback().await;
    contents
}

/// Compares two databases, and looks for the rows that differ.
///
/// # Errors
/// The database's.
pub async fn compare(
    first: &mut Session,
    second: &mut Session,
    options: &Options,
) -> Result<Vec<Difference>> {
    let (one, other) = (read(first, options).await?, read(second, options).await?);
    let mut found = one.differences(&other);
    for difference in &mut found {
        let Change::Rows { examples, .. } = &mut difference.change else { continue };
        let (Some(here), Some(there)) = (one.rows.get(&difference.name), other.rows.get(&difference.name))
        else {
            continue;
        };
        *examples = rows::examples(first, second, &difference.name, here, there).await?;
    }
    Ok(found)
}

/// Whether a catalog is read as it is, with every column that [`left_out`] doesn't name.
pub fn reads_whole(catalog: &str) -> bool {
    plain::CATALOGS.iter().any(|plain| plain.catalog == catalog)
}

/// Every word of the queries: columns among them are read.
pub fn words_read() -> BTreeSet<&'static str> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    catalog::QUERIES.iter().flat_map(|query| query.split(word)).collect()
}

async fn contents(session: &mut Session, options: &Options) -> Result<Contents> {
    let mut objects = catalog::read(session, options).await?;
    objects.extend(plain::read(session, options).await?);
    let mut contents = Contents { objects: numbered(objects), rows: rows::read(session, options).await? };
    for (name, value) in rows::sequence_values(session, options).await? {
        let key = Key { kind: "sequence".to_owned(), name };
        contents.objects.entry(key).or_default().insert("value".to_owned(), value);
    }
    Ok(contents)
}

/// One snapshot, names in full, and values in a form that no setting of the role changes.
async fn begin(session: &mut Session) -> Result<()> {
    session.begin(Duration::from_secs(10), "pg_catalog").await?;
    session
        .run(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL TimeZone = 'UTC'; \
             SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; \
             SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL xmlbinary = 'base64'; \
             SET LOCAL quote_all_identifiers = off",
        )
        .await?;
    Ok(())
}

/// Some of the server's own objects share a name; they are told apart by a number, in the order of what they are.
fn numbered(mut found: Vec<(Key, Properties)>) -> BTreeMap<Key, Properties> {
    found.sort();
    let mut objects: BTreeMap<Key, Properties> = BTreeMap::new();
    for (key, properties) in found {
        let mut unique = key.clone();
        for number in 2.. {
            if !objects.contains_key(&unique) {
                break;
            }
            unique.name = format!("{} ({number})", key.name);
        }
        objects.insert(unique, properties);
    }
    objects
}
