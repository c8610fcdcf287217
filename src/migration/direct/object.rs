//! Objects beside tables, made and dropped.

use super::{cascade, if_exists, list};
use crate::ident::literal;
use crate::migration::object::{CreateObject, DropObject, Naming, ObjectKind};

/// `CREATE`
pub fn create(kind: ObjectKind, op: &CreateObject) -> String {
    let accepts = op.if_not_exists && kind.takes_if_not_exists();
    let arguments = match (&op.arguments, kind.naming()) {
        (Some(arguments), _) => format!("({})", list(arguments)),
        (None, Naming::Signature) => "()".to_owned(),
        (None, Naming::Bare | Naming::Qualified | Naming::OnTable) => String::new(),
    };
    let exists = accepts.then(|| "IF NOT EXISTS".to_owned());
    let parts = [
        Some("CREATE".to_owned()),
        op.or_replace.then(|| "OR REPLACE".to_owned()),
        op.modifier.as_ref().map(ToString::to_string),
        Some(kind.keywords().to_owned()),
        exists,
        Some(format!("{}{arguments}", op.name)),
        op.fires.as_ref().map(ToString::to_string),
        op.table.as_ref().map(|table| format!("ON {table}")),
        op.definition.as_ref().map(ToString::to_string),
    ];
    let sql = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if op.if_not_exists && !accepts { unless_it_exists(&sql) } else { sql }
}

/// PostgreSQL has no `IF NOT EXISTS` for it.
fn unless_it_exists(sql: &str) -> String {
    let body = format!(
        "BEGIN\n  EXECUTE {};\nEXCEPTION WHEN duplicate_object OR duplicate_table OR duplicate_function THEN\n  NULL;\nEND",
        literal(sql)
    );
    format!("DO {}", literal(&body))
}

/// `DROP`
pub fn drop(kind: ObjectKind, op: &DropObject) -> String {
    let arguments = op.arguments.as_ref().map(|arguments| format!("({})", list(arguments)));
    let on = op.table.as_ref().map(|table| format!(" ON {table}"));
    format!(
        "DROP {} {}{}{}{}{}",
        kind.keywords(),
        if_exists(op.if_exists),
        op.name,
        arguments.unwrap_or_default(),
        on.unwrap_or_default(),
        cascade(op.cascade)
    )
}
