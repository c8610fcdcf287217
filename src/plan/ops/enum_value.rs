//! Values of enums. PostgreSQL adds them for good, so there is no way back, and none is needed.

use crate::error::{Error, Result};
use crate::ident::literal;
use crate::migration::change::{AddEnumValue, RenameEnumValue};
use crate::migration::expression::speaks_of_value;
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::plan::planner::Draft;
use crate::plan::{Mode, Step};

pub(super) fn add(op: &AddEnumValue, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.object_name(&ObjectRef::plain(ObjectKind::Type, &op.type_));
    if !draft.makes(&name) {
        let labels = draft.own_object(&name, op.type_.span)?.labels;
        if labels.is_empty() {
            let error = Error::usage(format!("type `{}` is not an enum", name.sql()));
            return Err(draft.blame(error, op.type_.span));
        }
        if labels.contains(&op.value) {
            draft.note(format!("enum {} has the value `{}` already", name.sql(), op.value));
            return Ok(());
        }
    }
    let side = |word: &str, of: &Option<String>| of.as_ref().map(|of| format!(" {word} {}", literal(of)));
    let place = side("BEFORE", &op.before).or(side("AFTER", &op.after)).unwrap_or_default();
    let sql = format!("ALTER TYPE {} ADD VALUE IF NOT EXISTS {}{place}", name.sql(), literal(&op.value));
    draft.touch_object(&name);
    draft.note(format!(
        "a rollback leaves the value `{}` in enum {}: PostgreSQL can't remove it, and the old release never writes it",
        op.value,
        name.sql()
    ));
    let step =
        Step::free(format!("add value {} to enum {}", literal(&op.value), name.sql()), vec![sql], vec![]);
    // Nothing may use the value before the transaction that adds it has ended.
    draft.expand(Step { mode: Mode::Alone { done_when: None }, ..step });
    Ok(())
}

/// Each value has one name at a time: it changes in contract, for all rows at once and without a rewrite.
pub(super) fn rename(op: &RenameEnumValue, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.object_name(&ObjectRef::plain(ObjectKind::Type, &op.type_));
    let (from, to) = (literal(&op.value), literal(&op.to));
    let summary = format!("rename value {from} of enum {} to {to}", name.sql());
    if draft.makes(&name) {
        let built = draft.physical_type(&name.name).unwrap_or_else(|| name.name.clone());
        let built = ObjectName { name: built, ..name };
        let sql = format!("ALTER TYPE {} RENAME VALUE {from} TO {to}", built.sql());
        draft.expand(Step::free(summary, vec![sql], vec![]));
        return Ok(());
    }
    let labels = draft.own_object(&name, op.type_.span)?.labels;
    let problem = match (labels.contains(&op.value), labels.contains(&op.to)) {
        (false, _) => Some(format!("enum `{}` has no value `{}`", name.sql(), op.value)),
        (true, true) => Some(format!("enum `{}` has a value `{}` already", name.sql(), op.to)),
        (true, false) => None,
    };
    if let Some(problem) = problem {
        return Err(draft.blame(Error::usage(problem), op.type_.span));
    }
    draft.touch_object(&name);
    draft.in_contract_unlocked(summary, [format!("ALTER TYPE {} RENAME VALUE {from} TO {to}", name.sql())]);
    draft.value_waits(&op.value, &op.to);
    let text = format!(
        "contract renames value {from} of enum {} to {to}: a statement with {to} fails before it, and one with {from} after it \
         (SQLSTATE 22P02). Have the new release read both names (`c::text IN ({from}, {to})`) and write the one that is there: \
         `(SELECT e FROM unnest(enum_range(NULL::{})) e WHERE e::text IN ({from}, {to}))`",
        name.sql(),
        name.sql(),
    );
    draft.warn(false, text.clone());
    draft.warn(true, text);
    let mentions = draft.first.functions.iter().filter(|body| speaks_of_value(&body.source, &op.value));
    for body in mentions.map(|body| body.identity.clone()).collect::<Vec<_>>() {
        draft.note(format!(
            "{body} speaks of {from}; PostgreSQL doesn't track function bodies, so see that it works with {to} from contract on"
        ));
    }
    Ok(())
}
