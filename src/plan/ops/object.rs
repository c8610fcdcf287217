//! Objects beside tables: made in expand with an exact way back, dropped in contract once nothing depends on them.

use crate::catalog::{Object, View};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::ident::literal;
use crate::migration::expression::strings;
use crate::migration::object::{CreateObject, DropObject, ObjectKind, ObjectName};
use crate::migration::operation::Operation;
use crate::migration::source::Span;
use crate::migration::{direct, mentions, takes_every_column};
use crate::plan::objects::{Definition, NewTrigger, relation};
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step, TableLock, Trial, Work};

pub(super) fn create(kind: ObjectKind, op: &CreateObject, draft: &mut Draft<'_>) -> Result<()> {
    let name = draft.object_name(&op.object(kind));
    let (noun, shown) = (kind.noun(), name.sql());
    if let (Some(table), Some(written)) = (&name.table, &op.table)
        && !draft.will_exist(table)
    {
        return Err(draft.blame(draft.no_table(table), written.span));
    }
    let old = draft.object(&name);
    let taken = kind.is_relation() && old.is_none() && !draft.makes(&name) && draft.exists(&relation(&name));
    match old {
        Some(_) if op.if_not_exists => {
            draft.note(format!("{noun} {shown} exists already"));
            return Ok(());
        }
        Some(_) if op.or_replace => return replace(op, &name, draft),
        None if taken => {
            let error =
                Error::usage(format!("a relation named `{shown}` exists already, and is not a {noun}"));
            return Err(draft.blame(error, op.name.span));
        }
        Some(_) => {
            let error = Error::usage(format!("{noun} `{shown}` exists already"));
            return Err(draft.blame(error, op.name.span));
        }
        None if draft.now.objects.contains_key(&name) && !op.or_replace && !op.if_not_exists => {
            let error = Error::usage(format!("{noun} `{shown}` is made above already"));
            return Err(draft.blame(error, op.name.span));
        }
        None => {}
    }
    draft.touch_object(&name);
    let built = match kind {
        ObjectKind::Type | ObjectKind::Domain => draft.physical_type_name(&name),
        _ => name.clone(),
    };
    let sql = op.sql(&built);
    // What is made above and replaced here goes with the undo of that: meanwhile something may depend on it.
    let undo = match draft.now.objects.contains_key(&name) && kind != ObjectKind::Trigger {
        true => Vec::new(),
        false => vec![format!("DROP {} IF EXISTS {}", kind.keywords(), built.sql())],
    };
    let step = Step {
        work: if kind == ObjectKind::MaterializedView { Work::Scan } else { Work::Catalog },
        locks: locks(&name),
        ..Step::free(format!("create {noun} {shown}"), vec![sql.clone()], undo)
    };
    draft.expand(step);
    // What values are computed with has to be there for the trial; it can use nothing of the file that comes first.
    let helper = matches!(kind, ObjectKind::Function) && draft.nothing_made_yet();
    if helper || matches!(kind, ObjectKind::Type | ObjectKind::Domain | ObjectKind::Schema) {
        let trial = trial(op, &name, sql, draft.span);
        draft.objects.trials.push(trial);
    }
    if let (Some(table), Some(fires)) = (&name.table, &op.fires)
        && mentions(fires, "UPDATE")
    {
        draft.objects.triggers.push(NewTrigger {
            table: table.clone(),
            name: name.name.clone(),
            for_batches: !mentions(fires, "OF"),
        });
    }
    remember(op, &name, draft);
    let definition = op.definition.as_ref().map_or("", |definition| definition.value.as_str());
    draft.add_type(&built, definition);
    draft.add_object(&name);
    Ok(())
}

/// Remembers what the object says, for finding out whether it stands on a column that is replaced.
fn remember(op: &CreateObject, name: &ObjectName, draft: &mut Draft<'_>) {
    let written = [&op.fires, &op.definition].into_iter().flatten().map(|part| part.value.clone());
    let typed = op.arguments.iter().flatten().filter(|argument| argument.value.contains('%'));
    let mut text: Vec<String> = written.chain(typed.map(|argument| argument.value.clone())).collect();
    // The body of a function in SQL is read when it is made, also where it is a string.
    if op.definition.as_ref().is_some_and(|definition| mentions(definition, "LANGUAGE sql")) {
        text.extend(text.iter().flat_map(|part| strings(part)).collect::<Vec<_>>());
    }
    let text = text.join(" ");
    // A body in strings is read once more at each call.
    let once = matches!(name.kind, ObjectKind::View | ObjectKind::MaterializedView)
        || mentions(&text, "BEGIN ATOMIC");
    let whole_rows = once && takes_every_column(&text);
    let definition = Definition { name: name.clone(), text, whole_rows, span: draft.span };
    draft.objects.definitions.push(definition);
}

/// The table that the statement locks. Views can't be named here: LOCK TABLE would lock the tables below them.
fn locks(name: &ObjectName) -> Vec<TableLock> {
    let mode = match name.kind {
        ObjectKind::Trigger => LockMode::ShareRowExclusive,
        _ => LockMode::AccessExclusive,
    };
    name.table.iter().map(|table| TableLock { table: table.clone(), mode }).collect()
}

/// Expressions of the migration may use it, and they are tried before anything is made.
fn trial(op: &CreateObject, name: &ObjectName, sql: String, whole: Span) -> Trial {
    let (expression, span) =
        op.definition.as_ref().map_or((String::new(), whole), |text| (text.value.clone(), text.span));
    Trial {
        what: format!("{} `{}`", name.kind.noun(), name.sql()),
        offset: sql.len() - expression.len(),
        sql,
        expression,
        start: span.start,
        end: span.end,
        function: String::new(),
        instead: None,
    }
}

/// `CREATE OR REPLACE` of what is there: rollback puts the former definition back.
fn replace(op: &CreateObject, name: &ObjectName, draft: &mut Draft<'_>) -> Result<()> {
    let (noun, shown) = (name.kind.noun(), name.sql());
    let old = draft.own_object(name, op.name.span)?;
    let Some(former) = &old.replace else {
        let error = Error::refused(format!("{noun} `{shown}` can't be replaced in place"));
        return Err(draft.blame(
            error.hint("make a new one under another name, and drop this one in a later migration"),
            op.name.span,
        ));
    };
    let undo = match name.kind {
        ObjectKind::Trigger => std::iter::once(former.clone()).chain(old.rest.iter().cloned()).collect(),
        _ => vec![put_back(name.kind, &old, former)],
    };
    draft.touch_object(name);
    draft.note(format!("both releases use the new definition of {noun} {shown} from expand on"));
    let locks = match name.kind {
        ObjectKind::View => {
            vec![TableLock { table: relation(name), mode: LockMode::AccessExclusive }]
        }
        _ => locks(name),
    };
    remember(op, name, draft);
    let step = Step { locks, ..Step::free(format!("replace {noun} {shown}"), vec![op.sql(name)], undo) };
    draft.expand(step);
    Ok(())
}

/// Replacing can add columns to a view and defaults to a function, but not take them away: then the new one has to go
/// first, and what depended on the old one comes back with it.
fn put_back(kind: ObjectKind, old: &Object, former: &str) -> String {
    let drop = format!("DROP {} {}", kind.keywords(), old.identity);
    let mut again: Vec<String> = old.views.iter().rev().map(View::drop).collect();
    again.extend([drop, former.to_owned()]);
    again.extend(old.rest.iter().cloned());
    again.extend(old.views.iter().flat_map(View::create_whole));
    let again: String = again.iter().map(|sql| format!("  EXECUTE {};\n", literal(sql))).collect();
    let first = literal(former);
    let body = format!(
        "BEGIN\n  EXECUTE {first};\nEXCEPTION WHEN invalid_table_definition OR invalid_function_definition THEN\n{again}END"
    );
    format!("DO {}", literal(&body))
}

pub(super) fn drop(
    kind: ObjectKind,
    op: &DropObject,
    operation: &Operation,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let name = draft.object_name(&op.object(kind));
    let (noun, shown) = (kind.noun(), name.sql());
    if op.if_exists && draft.object(&name).is_none() {
        draft.note(format!("{noun} {shown} is gone already"));
        return Ok(());
    }
    if draft.makes(&name) {
        let schema = Ident::new(draft.now.schema.as_str());
        let sql = direct::statements(operation, &schema);
        if draft.computes_with(&name.name) {
            draft.in_contract_unlocked(format!("drop {noun} {shown} again"), sql);
            return Ok(());
        }
        draft.expand(Step::free(format!("drop {noun} {shown} again"), sql, Vec::new()));
        return Ok(());
    }
    let object = draft.own_object(&name, op.name.span)?;
    let mut blocking = draft.standing(&object.dependents);
    blocking.extend(draft.defaults_that_stay(&object.dependents));
    if !blocking.is_empty() {
        let error = Error::refused(format!("{noun} `{shown}` can't be dropped: something depends on it"))
            .details(blocking.into_iter().map(|what| format!("depends on it: {what}")))
            .hint("drop what depends on it in an earlier migration, or above this in the same one");
        return Err(draft.blame(error, op.name.span));
    }
    draft.touch_object(&name);
    draft.drops_object(&object);
    // An index that depends on it goes in the same transaction, and not after it.
    let dropped = draft.dropped_indexes.clone();
    let on_it = dropped.iter().filter(|index| {
        let described = format!("index {index}");
        object.dependents.iter().any(|dependent| dependent.what == described)
    });
    let mut statements: Vec<String> = on_it.flat_map(|index| draft.make_room(index).0).collect();
    // With its arguments: until contract the file may make another function of the name. It may be gone with a column that is
    // replaced before.
    let exact = match kind {
        ObjectKind::Function | ObjectKind::Procedure => object.identity.clone(),
        _ => shown.clone(),
    };
    statements.push(format!("DROP {} IF EXISTS {exact}", kind.keywords()));
    match &name.table {
        Some(table) => draft.in_contract(format!("drop {noun} {shown}"), table, statements),
        None => draft.in_contract_unlocked(format!("drop {noun} {shown}"), statements),
    }
    Ok(())
}
