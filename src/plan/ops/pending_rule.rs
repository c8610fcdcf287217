//! What the new release has to know of rows that are not converted yet: the same words in every operation with a new side
//! that it writes.

use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::operation::Name;
use crate::plan::dual_write::Pair;
use crate::plan::planner::Draft;

/// Says the rules for a pair's new columns.
pub(super) fn tell(draft: &mut Draft<'_>, table: &TableName, old: &[Ident], pair: &Pair) {
    if pair.hidden {
        return;
    }
    let written = |number: &usize| pair.marker.as_ref().is_some_and(|marker| marker.nulls.contains(number));
    let silent = pair.new.iter().enumerate().filter(|(number, _)| !written(number));
    let silent: Vec<String> = silent.map(|(_, variable)| variable.name.to_string()).collect();
    if pair.marker.is_some() && !silent.is_empty() {
        let kept = if old.is_empty() {
            "the row is computed as if nothing had been written".to_owned()
        } else {
            format!("the row keeps the value of {}", list(old.iter()))
        };
        let columns = silent.join(", ");
        draft.warn(false, format!(
            "NULL that the new release writes to {columns} in a row of {table} that is not converted yet does not count: {kept}. \
             `-- midflight: nulls {} written` above the statement (`nulls_written: true` in YAML) makes it count. In a \
             converted row NULL is a value like others; where backfill is done before the new release comes (`advance`), it \
             meets no other",
            silent[0]
        ));
    }
    if !pair.down.is_empty() {
        let new = pair.new.iter().map(|variable| &variable.name);
        draft.warn(false, format!(
            "the new release must not change a part of {} in a row of {table} that is not converted yet (`SET x.part = …`, `x = x \
             + 1`, `x || …`, `jsonb_set(x, …)`): it finds NULL there, and what it makes of NULL would replace the whole value",
            list(new)
        ));
    }
}

/// Refuses to count NULLs in a column that takes none.
pub(super) fn refuse_nulls(draft: &Draft<'_>, asked: bool, column: &Name) -> Result<()> {
    if !asked {
        return Ok(());
    }
    let message = format!("no NULL can be written to `{}` while rows are pending", column.as_str());
    let error = Error::usage(message)
        .hint("leave `nulls … written` out: the column is NOT NULL, or no release names it");
    Err(draft.blame(error, column.span))
}

fn list<'i>(names: impl Iterator<Item = &'i Ident>) -> String {
    names.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
