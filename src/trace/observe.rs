//! What happened between two snapshots.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::{Kind, Oid, Snapshot, State};
use super::{LockTaken, Observed, Relation};
use crate::plan::LockMode;

/// What a statement did, of which one snapshot was taken right before and one right after, in its transaction.
/// `old` are the relations that were there before the file, and what takes the place of one.
pub fn difference(before: &Snapshot, after: &Snapshot, old: &mut BTreeSet<Oid>) -> Observed {
    let mut seen = Observed::default();
    storage(before, after, old, &mut seen);
    let new = after.locks.iter().filter(|(oid, mode)| before.locks.get(oid) < Some(mode));
    let new = new.map(|(oid, mode)| (*oid, *mode)).collect();
    seen.locks = locks(&new, before, after, old);
    seen.held = locks(&before.locks, before, after, old);
    seen.scanned = scanned(before, after, old);
    seen
}

/// The same for a statement outside transactions, whose locks were sampled while it ran. Nothing counts the rows that
/// it read, but an index is built by reading its table.
pub fn difference_alone(
    before: &Snapshot,
    after: &Snapshot,
    sampled: &BTreeMap<Oid, LockMode>,
    old: &mut BTreeSet<Oid>,
) -> Observed {
    let mut seen = Observed::default();
    let read = storage(before, after, old, &mut seen);
    seen.locks = locks(sampled, before, after, old);
    seen.scanned = read.iter().filter_map(|oid| relation(*oid, before, after, old)).collect();
    seen
}

fn relation(oid: Oid, before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>) -> Option<Relation> {
    let state = before.relations.get(&oid).or_else(|| after.relations.get(&oid))?;
    Some(state.relation(old.contains(&oid)))
}

/// The strongest first. A relation and what took its place are one.
fn locks(
    modes: &BTreeMap<Oid, LockMode>,
    before: &Snapshot,
    after: &Snapshot,
    old: &BTreeSet<Oid>,
) -> Vec<LockTaken> {
    let mut strongest = BTreeMap::new();
    for (oid, mode) in modes {
        if let Some(relation) = relation(*oid, before, after, old) {
            let known = strongest.entry(relation).or_insert(*mode);
            *known = (*known).max(*mode);
        }
    }
    let mut taken: Vec<_> =
        strongest.into_iter().map(|(relation, mode)| LockTaken { relation, mode }).collect();
    taken.sort_by(|a, b| b.mode.cmp(&a.mode).then_with(|| a.relation.cmp(&b.relation)));
    taken
}

/// A scan that returns no row is PostgreSQL opening a table: a foreign key `NOT VALID` does so.
fn scanned(before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>) -> Vec<Relation> {
    let read = |oid: &Oid, was: &State| {
        was.kind != Kind::Index && after.relations.get(oid).is_some_and(|is| is.rows_read > was.rows_read)
    };
    let read = before.relations.iter().filter(|(oid, was)| read(oid, was));
    let mut read: Vec<_> = read.map(|(oid, was)| was.relation(old.contains(oid))).collect();
    read.sort();
    read
}

/// Finds out what was rewritten and built, and gives the tables of the indexes among it.
fn storage(
    before: &Snapshot,
    after: &Snapshot,
    old: &mut BTreeSet<Oid>,
    seen: &mut Observed,
) -> BTreeSet<Oid> {
    let names: BTreeMap<_, _> = before.relations.iter().map(|(oid, was)| (&was.name, (oid, was))).collect();
    let mut tables = BTreeSet::new();
    for (oid, is) in after.relations.iter().filter(|(_, is)| is.file != 0 && is.kind != Kind::Sequence) {
        let new_table = is.table.is_some_and(|table| !before.relations.contains_key(&table));
        // a type change and REINDEX CONCURRENTLY put a new index of the same name in its place
        let was = before.relations.get_key_value(oid).or_else(|| names.get(&is.name).copied());
        if was.is_some_and(|(known, _)| old.contains(known)) {
            old.insert(*oid);
        }
        match was {
            Some((_, was)) if was.file == is.file => continue,
            Some(_) => seen.rewritten.push(is.relation(old.contains(oid))),
            None if is.kind != Kind::Index || new_table => continue,
            None if is.table.is_some_and(|table| old.contains(&table)) => seen.built.push(is.relation(false)),
            None => continue,
        }
        tables.extend(is.table);
    }
    seen.rewritten.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.cmp(b)));
    seen.built.sort();
    tables
}
