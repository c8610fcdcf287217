//! Reads which names are taken: those that a file speaks of, and those that PostgreSQL or midflight could give by
//! themselves. A database may have a hundred thousand others.

use std::collections::BTreeSet;

use super::row::{kind, maybe_ident, name};
use super::{Session, statement};
use crate::catalog::{Catalog, RelationKind};
use crate::error::Result;

/// PostgreSQL cuts a table's name in a name that it makes of it, but not below this.
const KEPT: usize = 24;
/// With more words the names are not worth looking up one by one.
const MANY: usize = 2_000;
/// What the names begin with that midflight gives.
const OURS: &str = "_midflight_";

/// Adds the relations of these schemas: all of them, or those that have to do with these words.
pub(super) async fn load(
    session: &mut Session,
    catalog: &mut Catalog,
    schemas: &[&str],
    words: Option<&BTreeSet<String>>,
) -> Result<()> {
    let named = words.filter(|words| words.len() <= MANY).and_then(|words| Some((words, ranges(words)?)));
    let query = match named {
        None => statement(ALL).bind(schemas.to_vec()),
        Some((words, ranges)) => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let (from, to): (Vec<String>, Vec<String>) = ranges.into_iter().unzip();
            statement(NAMED).bind(schemas.to_vec()).bind(words).bind(from).bind(to)
        }
    };
    for row in query.fetch_all(&mut session.conn).await? {
        let kind = kind(&row, 2, RelationKind::of, "relation kind")?;
        catalog.relations.insert(name(&row, 0), kind);
        if let Some(constraint) = maybe_ident(&row, 3) {
            catalog.constraint_indexes.insert(name(&row, 0), constraint);
        }
    }
    Ok(())
}

/// From where to where the names are that are made of these words: `orders_…`, or what begins as a long word does. Nothing
/// where such an end can't be told in every encoding.
fn ranges(words: &BTreeSet<String>) -> Option<Vec<(String, String)>> {
    let begins = |word: &String| match word.len() {
        ..=KEPT => format!("{word}_"),
        _ => word[..word.floor_char_boundary(KEPT)].to_owned(),
    };
    let beginnings: BTreeSet<String> =
        words.iter().filter(|word| !word.is_empty()).map(begins).chain([OURS.to_owned()]).collect();
    beginnings.into_iter().map(|begin| Some((begin.clone(), behind(begin)?))).collect()
}

/// The first name behind those that begin so, as bytes order them.
fn behind(begin: String) -> Option<String> {
    let mut end = begin;
    match end.pop() {
        Some(last) if last.is_ascii() && last < '~' => {
            end.push(char::from(u8::try_from(last).ok()? + 1));
            Some(end)
        }
        _ => None,
    }
}

/// By the index that a constraint owns, whose table has an index on it: none of pg_constraint begins with conindid.
const ALL: &str = "
SELECT n.nspname::text, c.relname::text, c.relkind, k.conname::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
WHERE n.nspname = ANY ($1::text[])";

/// Each row's constraint is looked up by itself: joined, the planner would read all of the catalog's.
const NAMED: &str = "
SELECT n.nspname::text, c.relname::text, c.relkind,
       (SELECT k.conname::text FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_constraint k ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
        WHERE i.indexrelid = c.oid LIMIT 1)
FROM (SELECT c.oid, c.relname, c.relkind, c.relnamespace FROM pg_catalog.pg_class c WHERE c.relname = ANY ($2::text[]::name[])
      UNION SELECT c.oid, c.relname, c.relkind, c.relnamespace
            FROM ROWS FROM (pg_catalog.unnest($3::text[]), pg_catalog.unnest($4::text[])) range (first, behind)
            JOIN pg_catalog.pg_class c ON c.relname >= range.first::name AND c.relname < range.behind::name) c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])";

#[cfg(test)]
mod tests {
    use super::*;

    fn within(words: &[&str], name: &str) -> bool {
        let words = words.iter().map(ToString::to_string).collect();
        ranges(&words).unwrap().iter().any(|(from, to)| from.as_str() <= name && name < to.as_str())
    }

    #[test]
    fn names_that_are_made_of_others() {
        assert!(within(&["orders"], "orders_amount_idx1") && within(&["orders"], "orders_pkey"));
        assert!(!within(&["orders"], "orders2_pkey") && !within(&["t7"], "t70_pkey"));
        let long = "a_table_with_a_name_that_is_as_long_as_a_name_may_be_and_so_cut";
        assert!(within(&[long], "a_table_with_a_name_that_is_as__and_a_long_column_is_cut_as_idx"));
        assert!(within(&[], "_midflight_amount"));
        let odd = BTreeSet::from(["ein_sehr_langer_name_mit_ä_am_Ende_des_Anfangs".to_owned()]);
        assert!(ranges(&odd).is_some());
    }
}
