//! Comments on anything but tables and columns.

use crate::error::Result;
use crate::ident::literal;
use crate::migration::change::CommentOn;
use crate::migration::object::ObjectKind;
use crate::plan::Step;
use crate::plan::planner::Draft;

pub(super) fn plan(op: &CommentOn, draft: &mut Draft<'_>) -> Result<()> {
    let comment = |on: &str, text: Option<&str>| {
        format!("COMMENT ON {on} IS {}", text.map_or("NULL".to_owned(), literal))
    };
    let step = |on: &str, undo: Vec<String>| {
        Step::free(format!("comment on {on}"), vec![comment(on, op.comment.as_deref())], undo)
    };
    let Some(object) = crate::migration::object(&op.object) else {
        draft.note(format!("a rollback leaves the comment on {}", op.object));
        draft.expand(step(&op.object, Vec::new()));
        return Ok(());
    };
    let name = draft.object_name(&object);
    let on = format!("{} {}", name.kind.keywords(), name.sql());
    if draft.makes(&name) {
        draft.expand(step(&on, Vec::new()));
    } else if let Some(old) = draft.object(&name) {
        draft.touch_object(&name);
        draft.expand(step(&on, vec![comment(&on, old.comment.as_deref())]));
    } else if matches!(name.kind, ObjectKind::Index | ObjectKind::Constraint) {
        // Another operation makes it, maybe as late as in the backfill stage; undoing that takes the comment along.
        draft.after_rows(step(&on, Vec::new()));
    } else {
        draft.own_object(&name, op.object.span)?;
    }
    Ok(())
}
