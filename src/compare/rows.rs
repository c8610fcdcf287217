//! Rows: summed up on the server, so that tables of any size can be compared.
//!
//! Each row becomes a text of all its values in the order of their names, and for PostgreSQL's own types their binary
//! form as well. Two hashes of 64 bits are summed up in each of 256 buckets, which go by the primary key where there is
//! one; a sum, unlike XOR, also tells two equal rows from none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::{Options, begin};
use crate::db::Session;
use crate::error::{Error, Kind, Result};
use crate::ident::{Ident, literal};

/// A table's rows, summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    columns: Vec<Column>,
    /// The columns of the primary key.
    key: Vec<String>,
    buckets: BTreeMap<i32, Sum>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    /// The function that gives its binary form. What holds OIDs in it has none.
    send: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    rows: i64,
    hashes: (i128, i128),
}

/// Whole rows are shown up to this number.
const MOST_EXAMPLES: usize = 5;
/// Buckets that are looked through for them.
const MOST_BUCKETS: usize = 4;
/// A row constructor has at most 1,664 entries; a wider table has no binary forms.
const MOST_ENTRIES: usize = 1_600;

impl Rows {
    /// How many there are.
    pub fn count(&self) -> i64 {
        self.buckets.values().map(|sum| sum.rows).sum()
    }

    /// Whether two tables with the same columns have other rows. Where columns differ, the catalog says it.
    pub fn differs(&self, other: &Self) -> bool {
        let names = |rows: &Self| rows.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if names(self) != names(other) {
            return false;
        }
        if self.key == other.key { self.buckets != other.buckets } else { self.total() != other.total() }
    }

    fn total(&self) -> Sum {
        self.buckets.values().fold(Sum::default(), |total, sum| Sum {
            rows: total.rows + sum.rows,
            hashes: (total.hashes.0 + sum.hashes.0, total.hashes.1 + sum.hashes.1),
        })
    }

    /// A row, as one text.
    fn text(&self) -> String {
        let names = self.columns.iter().map(|column| Ident::new(&column.name).to_string());
        let mut entries: Vec<String> = names.collect();
        let images = self
            .columns
            .iter()
            .filter_map(|column| Some(format!("{}({})", column.send.as_ref()?, Ident::new(&column.name))));
        let images: Vec<String> = images.collect();
        if entries.len() + images.len() <= MOST_ENTRIES {
            entries.extend(images);
        }
        format!("ROW({})::text COLLATE \"C\"", entries.join(", "))
    }

    /// Where a row belongs.
    fn bucket(&self) -> String {
        let text = if self.key.is_empty() {
            self.text()
        } else {
            let key: Vec<String> = self.key.iter().map(|name| Ident::new(name).to_string()).collect();
            format!("ROW({})::text COLLATE \"C\"", key.join(", "))
        };
        format!("(hashtextextended({text}, 0) & 255)::integer")
    }
}

/// Every table's rows, by its name.
pub async fn read(session: &mut Session, options: &Options) -> Result<BTreeMap<String, Rows>> {
    let tables = include_str!("catalog/tables_with_rows.sql")
        .replace(":state", &literal(options.state_schema.as_str()));
    let mut found = BTreeMap::new();
    for row in session.rows(&tables).await? {
        let (name, mut rows) = table(&row)?;
        if options.all_of(&name) {
            continue;
        }
        rows.columns.retain(|column| !options.column(&name, &column.name));
        rows.key.retain(|column| !options.column(&name, column));
        let sql = format!(
            "SELECT bucket, count(*), sum(hashtextextended(line, 0))::text, sum(hashtextextended(line, 1))::text
             FROM (SELECT {} AS bucket, {} AS line FROM ONLY {name}) lines GROUP BY bucket",
            rows.bucket(),
            rows.text()
        );
        for row in session.rows_long(&sql).await?? {
            let sum = Sum { rows: row.try_get(1)?, hashes: (number(&row, 2)?, number(&row, 3)?) };
            rows.buckets.insert(row.try_get(0)?, sum);
        }
        found.insert(name, rows);
    }
    Ok(found)
}

fn table(row: &PgRow) -> Result<(String, Rows)> {
    let (names, sends): (Vec<String>, Vec<Option<String>>) = (row.try_get(1)?, row.try_get(2)?);
    let columns = names.into_iter().zip(sends).map(|(name, send)| Column { name, send }).collect();
    Ok((row.try_get(0)?, Rows { columns, key: row.try_get(3)?, buckets: BTreeMap::new() }))
}

fn number(row: &PgRow, at: usize) -> Result<i128> {
    let text: String = row.try_get(at)?;
    text.parse().map_err(|_| Error::new(Kind::Failed, format!("the server gave {text} for a sum of hashes")))
}

/// Where every sequence stands, by its name.
pub async fn sequence_values(session: &mut Session, options: &Options) -> Result<Vec<(String, String)>> {
    let sequences = format!(
        "WITH {} SELECT c.oid::regclass::text FROM pg_class c JOIN own_schemas n ON n.oid = c.relnamespace
         WHERE c.relkind = 'S' AND c.oid >= 16384",
        super::catalog::OWN_SCHEMAS
    )
    .replace(":state", &literal(options.state_schema.as_str()));
    let mut found = Vec::new();
    for row in session.rows(&sequences).await? {
        let name: String = row.try_get(0)?;
        if options.all_of(&name) {
            continue;
        }
        let value = format!(
            "SELECT last_value || CASE WHEN is_called THEN ' (taken)' ELSE ' (next)' END FROM {name}"
        );
        let value = session.one(&value).await?.try_get(0)?;
        found.push((name, value));
    }
    Ok(found)
}

type Values = BTreeMap<String, Option<String>>;

/// Some rows that differ, in words.
pub async fn examples(
    first: &mut Session,
    second: &mut Session,
    name: &str,
    here: &Rows,
    there: &Rows,
) -> Result<Vec<String>> {
    if here.key != there.key {
        return Ok(Vec::new());
    }
    let numbers: BTreeSet<i32> = here.buckets.keys().chain(there.buckets.keys()).copied().collect();
    let differing =
        numbers.into_iter().filter(|number| here.buckets.get(number) != there.buckets.get(number));
    let buckets: Vec<i32> = differing.take(MOST_BUCKETS).collect();
    let (mut one, mut other) =
        (values(first, name, here, &buckets).await?, values(second, name, there, &buckets).await?);
    // equal rows, one for one
    one.retain(|row| match other.iter().position(|candidate| candidate == row) {
        Some(at) => {
            other.remove(at);
            false
        }
        None => true,
    });
    let mut told = Vec::new();
    for row in one {
        let same_key = |candidate: &Values| {
            !here.key.is_empty() && here.key.iter().all(|column| candidate.get(column) == row.get(column))
        };
        match other.iter().position(same_key) {
            Some(at) => told.push(changed(&here.key, &row, &other.remove(at))),
            None => told.push(format!("{} only in the first", shown(&here.key, &row))),
        }
    }
    told.extend(other.iter().map(|row| format!("{} only in the second", shown(&here.key, row))));
    let more = told.len().saturating_sub(MOST_EXAMPLES);
    told.truncate(MOST_EXAMPLES);
    if more > 0 || buckets.len() == MOST_BUCKETS {
        told.push("and others".to_owned());
    }
    Ok(told)
}

async fn values(session: &mut Session, name: &str, rows: &Rows, buckets: &[i32]) -> Result<Vec<Values>> {
    let (names, texts): (Vec<String>, Vec<String>) = rows
        .columns
        .iter()
        .map(|column| {
            let written = Ident::new(&column.name);
            let text = format!("CASE WHEN num_nulls({written}) = 0 THEN format('%s', {written}) END");
            (literal(&column.name), text)
        })
        .unzip();
    let numbers: Vec<String> = buckets.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT jsonb_object(ARRAY[{}]::text[], ARRAY[{}]::text[]) FROM ONLY {name} WHERE {} = ANY (ARRAY[{}]::integer[])",
        names.join(", "),
        texts.join(", "),
        rows.bucket(),
        numbers.join(", ")
    );
    begin(session).await?;
    let found = session.rows_long(&sql).await;
    session.rollback().await;
    found??.iter().map(|row| Ok(row.try_get::<Json<Values>, _>(0)?.0)).collect()
}

fn changed(key: &[String], one: &Values, other: &Values) -> String {
    let mut told = shown(key, one);
    let mut between = ": ";
    for (column, value) in one.iter().filter(|(column, value)| other.get(*column) != Some(value)) {
        let other = value_of(other.get(column).and_then(Option::as_deref));
        let _ = write!(
            told,
            "{between}{column} is {} in the first, {other} in the second",
            value_of(value.as_deref())
        );
        between = ", ";
    }
    if between == ": " {
        told += " differs in its binary form";
    }
    told
}

/// A row by its key, or all of it.
fn shown(key: &[String], row: &Values) -> String {
    let named = row.iter().filter(|(column, _)| key.is_empty() || key.contains(column));
    let pairs: Vec<String> =
        named.map(|(column, value)| format!("{column} = {}", value_of(value.as_deref()))).collect();
    format!("row {}", pairs.join(", "))
}

fn value_of(text: Option<&str>) -> String {
    const LONGEST: usize = 60;
    match text {
        None => "NULL".to_owned(),
        Some(text) if text.chars().count() > LONGEST => {
            literal(&(text.chars().take(LONGEST).collect::<String>() + "…"))
        }
        Some(text) => literal(text),
    }
}
