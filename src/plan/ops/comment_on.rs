//! Comments on anything but tables and columns.

use crate::error::Result;
use crate::ident::literal;
use crate::migration::change::CommentOn;
use crate::migration::object::{ObjectKind, ObjectName};
use crate::plan::Step;
use crate::plan::objects::relation;
use crate::plan::planner::Draft;

/// An index or a constraint: under the name that it has while both releases run, and again if a copy takes its place.
fn on_table(op: &CommentOn, name: ObjectName, draft: &mut Draft<'_>) {
    let text = |comment: Option<&str>| comment.map_or("NULL".to_owned(), literal);
    let sql = |name: &ObjectName, comment: Option<&str>| {
        format!("COMMENT ON {} {} IS {}", name.kind.keywords(), name.sql(), text(comment))
    };
    let table = match &name.table {
        Some(table) => Some(table.clone()),
        None => draft.table_of(&relation(&name)),
    };
    if let Some(table) = &table {
        draft.again_if_replaced(table, sql(&name, op.comment.as_deref()));
    }
    let physical = match &name.table {
        Some(table) => draft.first_constraint(table, &name.name),
        None => draft.first_index(&relation(&name)).name,
    };
    let built = ObjectName { name: physical, ..name };
    draft.touch_object(&built);
    let statement = vec![sql(&built, op.comment.as_deref())];
    let summary = format!("comment on {} {}", built.kind.noun(), built.sql());
    match draft.comment_before(&built) {
        Some(old) => draft.expand(Step::free(summary, statement, vec![sql(&built, old.as_deref())])),
        // Another operation makes it, maybe as late as in the backfill stage; undoing that takes the comment along.
        None => draft.after_rows(Step::free(summary, statement, Vec::new())),
    }
}

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
    if matches!(name.kind, ObjectKind::Index | ObjectKind::Constraint) {
        on_table(op, name, draft);
        return Ok(());
    }
    let on = format!("{} {}", name.kind.keywords(), name.sql());
    if draft.makes(&name) {
        draft.expand(step(&on, Vec::new()));
    } else if let Some(old) = draft.object(&name) {
        draft.touch_object(&name);
        draft.expand(step(&on, vec![comment(&on, old.comment.as_deref())]));
    } else {
        draft.own_object(&name, op.object.span)?;
    }
    Ok(())
}
