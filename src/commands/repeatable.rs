//! Repeatable files (Flyway's `R__`): each text is a migration of its own, `R__name` first and `R__name@checksum` later.

use crate::migration::Migration;
use crate::state::{Phase, Record};

/// Gives the repeatable files among these the id under which their text is recorded, or will be.
pub(super) fn name(migrations: &mut [Migration], records: &[Record]) {
    for migration in migrations.iter_mut().filter(|migration| migration.repeatable) {
        migration.id = id(migration, records);
    }
}

fn id(migration: &Migration, records: &[Record]) -> String {
    let name = &migration.id;
    let texts = |record: &&Record| {
        record.id.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
    };
    let applied =
        |record: &&Record| !matches!(record.phase, Phase::Pending | Phase::RolledBack | Phase::Undone);
    let last = records.iter().filter(texts).filter(applied).max_by(|one, other| one.begun.cmp(&other.begun));
    let Some(last) = last else { return name.clone() };
    // A text may not change while it is in flight, as that of any other file.
    let in_flight = last.phase.in_flight() && !last.is_complete();
    if in_flight || last.checksum == migration.checksum {
        return last.id.clone();
    }
    let text = format!("{name}@{}", migration.checksum.get(..8).unwrap_or(&migration.checksum));
    let taken = |id: &str| records.iter().filter(applied).any(|record| record.id == id);
    // An earlier text comes again.
    let again = (2..).map(|nth| format!("{text}.{nth}"));
    std::iter::once(text.clone()).chain(again).find(|id| !taken(id)).unwrap_or(text.clone())
}
