//! What happened between two snapshots.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::{Kind, Oid, Snapshot, State};
use super::{LockTaken, Observed, Relation};
use crate::plan::LockMode;

/// What a statement did, of which one snapshot was taken right before and one right after, in its transaction.
/// `old` are the relations that were there before the file.
pub fn difference(before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>) -> Observed {
    let new = after.locks.iter().filter(|(oid, mode)| before.locks.get(oid) < Some(mode));
    let new = new.map(|(oid, mode)| (*oid, *mode)).collect();
    let mut seen = Observed {
        locks: locks(&new, before, after, old),
        held: locks(&before.locks, before, after, old),
        scanned: scanned(before, after, old),
        ..Observed::default()
    };
    storage(before, after, old, &mut seen);
    seen
}

/// The same for a statement outside transactions, whose locks were sampled while it ran. Nothing counts the rows that
/// it read, but an index is built by reading its table.
pub fn difference_alone(
    before: &Snapshot,
    after: &Snapshot,
    sampled: &BTreeMap<Oid, LockMode>,
    old: &BTreeSet<Oid>,
) -> Observed {
    let mut seen = Observed { locks: locks(sampled, before, after, old), ..Observed::default() };
    let read = storage(before, after, old, &mut seen);
    seen.scanned = read.iter().filter_map(|oid| relation(*oid, before, after, old)).collect();
    seen
}

fn relation(oid: Oid, before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>) -> Option<Relation> {
    let state = before.relations.get(&oid).or_else(|| after.relations.get(&oid))?;
    Some(state.relation(old.contains(&oid)))
}

fn locks(
    modes: &BTreeMap<Oid, LockMode>,
    before: &Snapshot,
    after: &Snapshot,
    old: &BTreeSet<Oid>,
) -> Vec<LockTaken> {
    let taken = modes.iter().filter_map(|(oid, mode)| {
        Some(LockTaken { relation: relation(*oid, before, after, old)?, mode: *mode })
    });
    let mut taken: Vec<_> = taken.collect();
    taken.sort_by(|a, b| b.mode.cmp(&a.mode).then_with(|| a.relation.cmp(&b.relation)));
    taken
}

/// A scan that returns no row is PostgreSQL opening a table: a foreign key `NOT VALID` does so.
fn scanned(before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>) -> Vec<Relation> {
    let read = |oid: &Oid, was: &State| {
        was.kind != Kind::Index && after.relations.get(oid).is_some_and(|is| is.rows_read > was.rows_read)
    };
    sorted(before.relations.iter().filter(|(oid, was)| read(oid, was)), old)
}

/// Finds out what was rewritten and built, and gives the tables of the indexes among it.
fn storage(before: &Snapshot, after: &Snapshot, old: &BTreeSet<Oid>, seen: &mut Observed) -> BTreeSet<Oid> {
    let names: BTreeMap<_, _> = before.relations.values().map(|state| (&state.name, state)).collect();
    let (mut rewritten, mut built) = (Vec::new(), Vec::new());
    for (oid, is) in after.relations.iter().filter(|(_, is)| is.file != 0 && is.kind != Kind::Sequence) {
        let on_known_table = is.table.is_some_and(|table| before.relations.contains_key(&table));
        match before.relations.get(oid) {
            Some(was) if was.file != is.file => rewritten.push((oid, is)),
            Some(_) => {}
            None if !on_known_table => {}
            // a type change and REINDEX CONCURRENTLY put an index of the same name in its place
            None => match names.get(&is.name) {
                Some(was) if was.file == is.file => {}
                Some(_) => rewritten.push((oid, is)),
                None => built.push((oid, is)),
            },
        }
    }
    let tables = rewritten.iter().chain(&built).filter_map(|(_, is)| is.table).collect();
    let names_of_old: BTreeSet<_> = before
        .relations
        .iter()
        .filter(|(oid, _)| old.contains(oid))
        .map(|(_, was)| was.name.clone())
        .collect();
    seen.rewritten = sorted(rewritten.into_iter(), old);
    for relation in &mut seen.rewritten {
        relation.existed_before |= names_of_old.contains(&relation.name);
    }
    seen.built = sorted(built.into_iter(), old);
    tables
}

fn sorted<'a>(states: impl Iterator<Item = (&'a Oid, &'a State)>, old: &BTreeSet<Oid>) -> Vec<Relation> {
    let mut relations: Vec<_> = states.map(|(oid, state)| state.relation(old.contains(oid))).collect();
    relations.sort();
    relations.sort_by_key(|relation| relation.kind);
    relations
}
