//! GRANT comes in expand, REVOKE waits for contract. Rollback takes back what wasn't there before, and nothing else.

use crate::catalog::{Object, Privilege};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration::change::Privileges;
use crate::migration::direct;
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::migration::operation::Operation;
use crate::migration::source::Located;
use crate::plan::Step;
use crate::plan::planner::Draft;

pub(super) fn grant(op: &Privileges, draft: &mut Draft<'_>) -> Result<()> {
    let revokes = |later: &Operation| matches!(later, Operation::Revoke(later) if overlap(op, later));
    let summary = format!("grant {} on {} to {}", op.privileges, op.on, direct::roles(op));
    if draft.later.iter().any(revokes) {
        // Contract takes away what the file takes away, and this comes before it.
        draft.in_contract_unlocked(summary, [direct::grant(op)]);
        again_on_columns(op, &direct::grant(op), draft);
        return Ok(());
    }
    let undo = match undo(op, draft) {
        Some(undo) => undo,
        None => {
            draft.note(format!("a rollback leaves the privileges on {} as they are", op.on));
            Vec::new()
        }
    };
    draft.expand(Step::free(summary.clone(), vec![direct::grant(op)], undo));
    if on_a_double(op, draft) {
        // The view that has the name until then goes with its privileges.
        draft.last_in_contract(summary.clone(), None, vec![direct::grant(op)]);
    }
    if draft.revoked.iter().any(|revoked| overlap(op, revoked)) {
        draft.in_contract_unlocked(summary, [direct::grant(op)]);
    }
    again_on_columns(op, &direct::grant(op), draft);
    Ok(())
}

pub(super) fn revoke(op: &Privileges, draft: &mut Draft<'_>) -> Result<()> {
    let op = &with_arguments(op, draft);
    let summary = format!("revoke {} on {} from {}", op.privileges, op.on, direct::roles(op));
    refuse_over_new_objects(op, draft)?;
    if on_a_double(op, draft) {
        draft.last_in_contract(summary, None, vec![direct::revoke(op)]);
        draft.revoked.push(op.clone());
        return Ok(());
    }
    draft.in_contract_unlocked(summary, [direct::revoke(op)]);
    draft.revoked.push(op.clone());
    again_on_columns(op, &direct::revoke(op), draft);
    Ok(())
}

/// Functions with their arguments: until contract the file may make another one of the name.
fn with_arguments(op: &Privileges, draft: &Draft<'_>) -> Privileges {
    let objects = crate::migration::objects(&op.on).unwrap_or_default();
    let exact = |object: &ObjectRef| {
        let function = matches!(object.kind, ObjectKind::Function | ObjectKind::Procedure);
        let known =
            draft.object(&draft.object_name(object)).filter(|_| function && object.arguments.is_none())?;
        Some(format!("{} {}", object.kind.keywords(), known.identity))
    };
    match &objects[..] {
        [object] => match exact(object) {
            Some(on) => Privileges { on: Located::new(on, op.on.span), ..op.clone() },
            None => op.clone(),
        },
        _ => op.clone(),
    }
}

/// Whether it names a table by the name that the file gives it.
fn on_a_double(op: &Privileges, draft: &Draft<'_>) -> bool {
    let objects = crate::migration::objects(&op.on).unwrap_or_default();
    objects.iter().any(|object| draft.is_double(&draft.resolve(&object.name)))
}

/// `ON ALL … IN SCHEMA` means what is there when it runs, which is at contract: what the file makes below it would be meant
/// as well.
fn refuse_over_new_objects(op: &Privileges, draft: &Draft<'_>) -> Result<()> {
    let makes = |later: &Operation| later.created().is_some() || matches!(later, Operation::CreateTable(_));
    if is_wide(op) && draft.later.iter().any(makes) {
        let error = Error::refused(format!(
            "contract carries this REVOKE out, on everything that is there then: also on what the file makes below it ({})",
            op.on
        ));
        return Err(error.hint("name the objects that it is about; or put it in a migration of its own"));
    }
    Ok(())
}

/// `ALL TABLES IN SCHEMA` and the like.
fn is_wide(op: &Privileges) -> bool {
    crate::migration::mentions(&op.on, "IN SCHEMA")
}

/// A column that is replaced has its successor's privileges in the end, which have to be those of the file.
fn again_on_columns(op: &Privileges, statement: &str, draft: &mut Draft<'_>) {
    if !op.privileges.value.contains('(') {
        return;
    }
    for object in crate::migration::objects(&op.on).unwrap_or_default() {
        let table = draft.resolve(&object.name);
        draft.again_if_replaced(&table, statement.to_owned());
    }
}

/// Whether two statements may speak of the same privilege of a role on an object.
fn overlap(one: &Privileges, other: &Privileges) -> bool {
    let words = |op: &Privileges| -> Vec<String> {
        let list = crate::migration::list(&op.privileges);
        list.iter().map(|one| one.split('(').next().unwrap_or_default().trim().to_ascii_uppercase()).collect()
    };
    let all = |words: &[String]| words.iter().any(|word| word.starts_with("ALL"));
    let (mine, theirs) = (words(one), words(other));
    let privileges = all(&mine) || all(&theirs) || mine.iter().any(|word| theirs.contains(word));
    let role = |written: &str| Ident::parse(written.trim_start_matches("GROUP ").trim());
    let roles = one
        .roles
        .iter()
        .any(|mine| other.roles.iter().any(|theirs| role(&mine.value) == role(&theirs.value)));
    let objects = match (crate::migration::objects(&one.on), crate::migration::objects(&other.on)) {
        (Some(mine), Some(theirs)) => {
            mine.iter().any(|mine| theirs.iter().any(|theirs| mine.name.name == theirs.name.name))
        }
        // `ALL TABLES IN SCHEMA` and the like.
        _ => true,
    };
    privileges && roles && objects
}

/// The statements that take back what the grant adds; nothing where that can't be told.
fn undo(op: &Privileges, draft: &Draft<'_>) -> Option<Vec<String>> {
    let mut undo = Vec::new();
    for object in crate::migration::objects(&op.on)? {
        let name = draft.object_name(&object);
        if draft.makes(&name) {
            continue;
        }
        let held = draft.object(&name)?;
        for written in crate::migration::list(&op.privileges) {
            for (privilege, column) in single(&written, name.kind, draft.first.server_major)? {
                for role in &op.roles {
                    undo.extend(take_back(op, &name, &held, &privilege, column.as_deref(), role)?);
                }
            }
        }
    }
    Some(undo)
}

fn take_back(
    op: &Privileges,
    name: &ObjectName,
    held: &Object,
    privilege: &str,
    column: Option<&str>,
    role: &str,
) -> Option<Vec<String>> {
    let plain = role.trim_start_matches("GROUP ").trim();
    if ["CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"].iter().any(|word| plain.eq_ignore_ascii_case(word)) {
        return None;
    }
    let grantee = Ident::parse(plain);
    let grantee = (!plain.eq_ignore_ascii_case("public")).then_some(grantee.as_str());
    let same = |one: &&Privilege| {
        one.grantee.as_deref() == grantee
            && one.privilege == privilege
            && one.column.as_ref().map(Ident::as_str) == column
    };
    let found = held.privileges.iter().find(same);
    let option = match found {
        Some(found) if found.grantable || !op.grant_option => return Some(Vec::new()),
        Some(_) => "GRANT OPTION FOR ",
        None => "",
    };
    let on = match name.kind {
        ObjectKind::View | ObjectKind::MaterializedView => "TABLE",
        kind => kind.keywords(),
    };
    let column = column.map(|column| format!(" ({})", Ident::new(column))).unwrap_or_default();
    let mut back = vec![format!("REVOKE {option}{privilege}{column} ON {on} {} FROM {role}", name.sql())];
    // Revoking a privilege on a table takes those on its columns along.
    let columns =
        held.privileges.iter().filter(|one| one.grantee.as_deref() == grantee && one.privilege == privilege);
    for (one, of) in
        columns.filter_map(|one| one.column.as_ref().map(|of| (one, of))).filter(|_| column.is_empty())
    {
        let option = if one.grantable { " WITH GRANT OPTION" } else { "" };
        back.push(format!("GRANT {privilege} ({of}) ON {on} {} TO {role}{option}", name.sql()));
    }
    Some(back)
}

/// `UPDATE (a, b)` is two privileges, `ALL` is as many as the kind has.
fn single(written: &str, kind: ObjectKind, server_major: u32) -> Option<Vec<(String, Option<String>)>> {
    let (words, columns) = match written.split_once('(') {
        Some((words, columns)) => (words, Some(columns.trim_end().strip_suffix(')')?)),
        None => (written, None),
    };
    let words = words.trim().to_ascii_uppercase();
    let columns: Vec<Option<String>> = match columns {
        Some(list) => {
            let named = crate::migration::list(list);
            named.iter().map(|column| Some(Ident::parse(column.trim()).as_str().to_owned())).collect()
        }
        None => vec![None],
    };
    let all = matches!(words.as_str(), "ALL" | "ALL PRIVILEGES");
    let mut privileges: Vec<&str> = match kind {
        _ if !all => vec![words.as_str()],
        ObjectKind::Table if columns[0].is_some() => vec!["SELECT", "INSERT", "UPDATE", "REFERENCES"],
        ObjectKind::Table => {
            vec!["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
        }
        ObjectKind::Sequence => vec!["USAGE", "SELECT", "UPDATE"],
        ObjectKind::Function | ObjectKind::Procedure => vec!["EXECUTE"],
        ObjectKind::Schema => vec!["USAGE", "CREATE"],
        ObjectKind::Type | ObjectKind::Domain => vec!["USAGE"],
        _ => return None,
    };
    if all && kind == ObjectKind::Table && columns[0].is_none() && server_major >= 17 {
        privileges.push("MAINTAIN");
    }
    let pairs = privileges
        .iter()
        .flat_map(|privilege| columns.iter().map(|column| ((*privilege).to_owned(), column.clone())));
    Some(pairs.collect())
}
