//! What was seen of a migration, added up and put into the words of a label

use std::collections::{BTreeMap, BTreeSet};

use midflight::pg::LockMode;

/// A table, view or index at some moment.
#[derive(Clone)]
pub struct Relation {
    pub oid: u32,
    pub name: String,
    /// As in `pg_class.relkind`.
    pub kind: String,
    /// The table of an index.
    pub table: u32,
    /// Its file; a new one means that it was written anew.
    pub file: Option<u32>,
    /// How often the session has read it from end to end.
    pub scans: i64,
    /// An index that serves no query.
    pub invalid: bool,
}

impl Relation {
    /// Whether `LOCK TABLE` takes it, views aside.
    pub fn is_table(&self) -> bool {
        matches!(self.kind.as_str(), "r" | "p")
    }

    fn is_index(&self) -> bool {
        self.kind == "i"
    }

    fn is_written_since(&self, before: &Relations) -> bool {
        self.file.is_some() && before.values().all(|before| before.file != self.file)
    }
}

/// The user's relations at some moment, by oid.
pub type Relations = BTreeMap<u32, Relation>;

/// Locks on relations.
pub type Held = Vec<(u32, LockMode)>;

/// What a migration did to relations that were there before it.
pub struct Sightings {
    before: Relations,
    locks: BTreeMap<u32, LockMode>,
    scanned: BTreeSet<u32>,
    read: BTreeSet<u32>,
    rewritten: BTreeSet<u32>,
    built: BTreeSet<String>,
}

impl Sightings {
    /// Nothing yet.
    pub fn new(before: Relations) -> Self {
        Self {
            before,
            locks: BTreeMap::new(),
            scanned: BTreeSet::new(),
            read: BTreeSet::new(),
            rewritten: BTreeSet::new(),
            built: BTreeSet::new(),
        }
    }

    /// Takes note of locks, but for those that every SELECT takes.
    pub fn locks(&mut self, held: &Held) {
        let counts = |relation: &u32, mode: &LockMode| {
            self.before.contains_key(relation) && *mode > LockMode::RowShare
        };
        for (relation, mode) in held.iter().filter(|(relation, mode)| counts(relation, mode)) {
            let strongest = self.locks.entry(*relation).or_insert(*mode);
            *strongest = (*strongest).max(*mode);
        }
    }

    /// Takes note of what a statement read from end to end, other than for the indexes it built.
    pub fn scans(&mut self, before: &Relations, after: &Relations, held: &Held) {
        for (oid, table) in after.iter().filter(|(oid, _)| self.before.contains_key(oid)) {
            let builds = after.values().filter(|index| index.table == *oid && index.is_written_since(before));
            let scans = table.scans - before.get(oid).map_or(0, |before| before.scans);
            if usize::try_from(scans).is_ok_and(|scans| scans > builds.count()) {
                // nobody writes to a materialized view
                let keeps_out = if table.kind == "m" { LockMode::AccessExclusive } else { LockMode::Share };
                let blocked = held.iter().any(|(held, mode)| held == oid && *mode >= keeps_out);
                if blocked { &mut self.scanned } else { &mut self.read }.insert(*oid);
            }
        }
    }

    /// Takes note of tables and indexes that a statement wrote anew.
    pub fn files(&mut self, before: &Relations, after: &Relations) {
        let written = |relation: &&Relation| relation.is_written_since(before);
        let ours = |oid: &u32| self.before.contains_key(oid);
        let tables =
            after.values().filter(|relation| !relation.is_index() && ours(&relation.oid)).filter(written);
        self.rewritten.extend(tables.map(|table| table.oid));
        // a rewritten table takes its indexes along
        let included =
            |index: &Relation| self.rewritten.contains(&index.table) && before.contains_key(&index.oid);
        let indexes = after.values().filter(|relation| relation.is_index() && ours(&relation.table));
        self.built
            .extend(indexes.filter(written).filter(|index| !included(index)).map(|index| index.name.clone()));
    }

    /// The line of a label.
    pub fn words(&self, after: &Relations, failed: Option<String>) -> String {
        // an index is locked with its table
        let with_table = |oid: &u32, mode: &LockMode| {
            self.locks.get(&self.before[oid].table).is_some_and(|on_table| on_table >= mode)
        };
        let mut locks: Vec<_> = self.locks.iter().filter(|(oid, mode)| !with_table(oid, mode)).collect();
        locks.sort_by_key(|(oid, mode)| (std::cmp::Reverse(**mode), &self.before[oid].name));
        let mut words: Vec<String> =
            locks.iter().map(|(oid, mode)| format!("{} on {}", mode.name(), self.before[oid].name)).collect();
        let mut say = |verb: &str, oids: BTreeSet<u32>| {
            let names: BTreeSet<&str> = oids.iter().map(|oid| self.before[oid].name.as_str()).collect();
            words.extend(names.iter().map(|name| format!("{verb} {name}")));
        };
        say("reads", &(&self.read - &self.scanned) - &self.rewritten);
        say("scans", &self.scanned - &self.rewritten);
        say("rewrites", self.rewritten.clone());
        words.extend(self.built.iter().map(|index| format!("builds {index}")));
        let invalid = after.values().filter(|index| index.invalid);
        words.extend(invalid.map(|index| format!("leaves {} invalid", index.name)));
        words.extend(failed.map(|code| format!("fails {code}")));
        if words.is_empty() { "nothing on existing tables".to_owned() } else { words.join("; ") }
    }
}
