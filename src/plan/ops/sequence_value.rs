//! `SELECT setval(…)` for a sequence that the file makes: it keeps its place.

use crate::migration::object::ObjectKind;
use crate::migration::operation::Unplaced;
use crate::migration::statement::Statement;
use crate::plan::Step;
use crate::plan::planner::Draft;

/// What such a statement may call beside `setval`: nothing that changes anything.
const READING: &[&str] =
    &["setval", "pg_get_serial_sequence", "max", "min", "coalesce", "greatest", "least", "count", "cast"];

/// Whether a query sets a sequence, and does nothing else.
pub(super) fn sets_one(op: &Unplaced) -> bool {
    let Statement::Query(called) = &op.statement else { return false };
    called.iter().any(|name| name.as_str() == "setval")
        && called.iter().all(|name| READING.contains(&name.as_str()))
}

/// Plans it where the file makes sequences: other ones are in use, and nobody may set those back.
pub(super) fn plan(op: &Unplaced, draft: &mut Draft<'_>) -> bool {
    if !sets_one(op) {
        return false;
    }
    let summary = "set a sequence";
    if let Some((table, _)) = draft.fed_in_contract.last().cloned() {
        // The lock of the table keeps out what would take a value meanwhile.
        draft.in_contract(summary, &table, [op.sql.clone()]);
        return true;
    }
    if !draft.makes_any(ObjectKind::Sequence) {
        return false;
    }
    draft.expand(Step::free(summary, vec![op.sql.clone()], Vec::new()));
    true
}
