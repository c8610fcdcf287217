//! GRANT comes in expand, REVOKE waits for contract. Rollback takes back what wasn't there before, and nothing else.

use crate::catalog::{Object, Privilege};
use crate::error::Result;
use crate::ident::Ident;
use crate::migration::change::Privileges;
use crate::migration::object::{ObjectKind, ObjectName};
use crate::plan::Step;
use crate::plan::planner::Draft;

pub(super) fn grant(op: &Privileges, draft: &mut Draft<'_>) -> Result<()> {
    let option = if op.grant_option { " WITH GRANT OPTION" } else { "" };
    let sql = format!("GRANT {} ON {} TO {}{option}", op.privileges, op.on, roles(op));
    let undo = match undo(op, draft) {
        Some(undo) => undo,
        None => {
            draft.note(format!("a rollback leaves the privileges on {} as they are", op.on));
            Vec::new()
        }
    };
    draft.expand(Step::free(
        format!("grant {} on {} to {}", op.privileges, op.on, roles(op)),
        vec![sql],
        undo,
    ));
    Ok(())
}

pub(super) fn revoke(op: &Privileges, draft: &mut Draft<'_>) {
    let option = if op.grant_option { "GRANT OPTION FOR " } else { "" };
    draft.in_contract_unlocked(
        format!("revoke {} on {} from {}", op.privileges, op.on, roles(op)),
        format!("REVOKE {option}{} ON {} FROM {}", op.privileges, op.on, roles(op)),
    );
}

fn roles(op: &Privileges) -> String {
    op.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
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
            for (privilege, column) in single(&written, name.kind, draft.catalog.server_major)? {
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
