//! Values of enums. PostgreSQL adds them for good, so there is no way back, and none is needed.

use crate::error::{Error, Result};
use crate::ident::literal;
use crate::migration::change::{AddEnumValue, RenameEnumValue};
use crate::migration::object::{ObjectKind, ObjectRef};
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

pub(super) fn rename(op: &RenameEnumValue) -> Result<()> {
    let message = format!(
        "value `{}` of enum `{}` can't be renamed while two releases run: each knows one name only",
        op.value, op.type_
    );
    Err(Error::refused(message).hint(format!(
        "add `{}` with ADD VALUE, let the new release read both and write the new one, and move the rows by UPDATE in a later \
         migration; an enum value can't be dropped. If no release names the value, place the statement: `-- midflight: phase contract`",
        op.to
    )))
}
