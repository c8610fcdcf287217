//! `ADD COLUMN … serial` and `… GENERATED … AS IDENTITY`. PostgreSQL would number every row under ACCESS EXCLUSIVE. Here the
//! column comes empty, with a sequence that feeds new rows from the beginning; the rows that are there get their numbers in
//! batches, then the column is NOT NULL. An identity takes the place of the sequence at contract: until then the column may
//! be NULL, which no identity column may.

use super::identity::{as_identity, sequence_object};
use super::online::enforce_not_null;
use crate::catalog::made::{next_value, sequence_name};
use crate::catalog::{Identity, Table, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, fit, literal};
use crate::migration::direct;
use crate::migration::generation;
use crate::migration::identity::{Generation, IdentityClause};
use crate::migration::operation::{AddColumn, Operation, Privileges};
use crate::pg::types::serial;
use crate::plan::conversion::NewSide;
use crate::plan::planner::Draft;
use crate::plan::{LockMode, Step};

/// How a new column numbers itself.
pub(super) enum Numbers {
    /// `serial`: a sequence that the column owns, and a default.
    Serial(&'static str),
    /// `AS IDENTITY`
    Identity(IdentityClause),
}

/// How a new column numbers itself, if it does.
pub(super) fn numbers(op: &AddColumn) -> Option<Numbers> {
    if let Some(type_) = serial(&op.column.type_.value) {
        return Some(Numbers::Serial(type_));
    }
    match op.column.generated.as_ref().and_then(|text| generation(text))? {
        Generation::Identity(clause) => Some(Numbers::Identity(clause)),
        Generation::Computed { .. } => None,
    }
}

/// The sequence that numbers the rows.
struct Feed<'f> {
    name: TableName,
    type_: &'f str,
    options: String,
}

pub(super) fn plan(
    op: &AddColumn,
    numbers: &Numbers,
    table_name: &TableName,
    table: &Table,
    draft: &mut Draft<'_>,
) -> Result<()> {
    let column = &op.column;
    let name = &column.name.value;
    if column.default.is_some() || op.up.is_some() {
        let message = format!("column `{}` has two sources of its values", column.name.as_str());
        return Err(draft.blame(Error::usage(message), column.name.span));
    }
    let written = match numbers {
        Numbers::Serial(_) => None,
        Numbers::Identity(clause) => clause.sequence.as_ref(),
    };
    let last = sequence_name(&draft.now, &op.table, name, written);
    if draft.exists(&last) {
        let error = Error::usage(format!("a relation named `{last}` exists already"));
        return Err(draft.blame(error, column.type_.span));
    }
    let object = sequence_object(&last);
    draft.touch_object(&object);
    let info = match numbers {
        Numbers::Serial(type_) => TypeInfo::whole(type_),
        Numbers::Identity(_) => draft.column_type(&column.type_)?,
    };
    let feed = match numbers {
        Numbers::Serial(type_) => Feed { name: last.clone(), type_, options: String::new() },
        Numbers::Identity(clause) => {
            let Some(type_) = ["smallint", "integer", "bigint"].into_iter().find(|known| *known == info.base)
            else {
                let message =
                    format!("identity column `{}` has to be smallint, integer or bigint", name.as_str());
                return Err(draft.blame(Error::usage(message), column.type_.span));
            };
            let own = Ident::new(fit(&format!("_midflight_{}", last.name.as_str())));
            let options = clause.written_options();
            Feed { name: TableName::new(table_name.schema.clone(), own), type_, options }
        }
    };
    draft.try_sequence(name, feed.type_, &feed.options, "");
    add(op, &feed, table_name, table, draft);
    let not_null = NewSide { physical: name.clone(), type_info: info, not_null: true };
    draft.fill(table_name, table, &not_null, &next_value(&feed.name));
    // A primary key sees to it itself.
    if !column.primary_key {
        enforce_not_null(draft, table_name, name, false);
    }
    draft.feeds_in_contract(table_name, name);
    match numbers {
        Numbers::Serial(_) => {
            draft.add_object(&object);
            let takes_back = revokes(table, &last, draft);
            if !takes_back.is_empty() {
                draft.in_contract_unlocked(
                    format!("privileges on sequence {last} are the file's"),
                    takes_back,
                );
            }
        }
        Numbers::Identity(clause) => {
            let kind = if clause.always { Identity::Always } else { Identity::ByDefault };
            draft.wait_for(&object);
            let alter = |action: &str| format!("ALTER TABLE {table_name} ALTER COLUMN {name} {action}");
            draft.in_contract(
                format!(
                    "make an identity column of {table_name}.{name}, which goes on where its sequence is"
                ),
                table_name,
                [
                    alter("DROP DEFAULT"),
                    alter(&format!("ADD {}", as_identity(kind, &last, clause))),
                    format!(
                        "SELECT pg_catalog.setval({}::pg_catalog.regclass, last_value, is_called) FROM {}",
                        literal(&last.to_string()),
                        feed.name
                    ),
                    format!("DROP SEQUENCE {}", feed.name),
                ],
            );
        }
    }
    draft.note(format!(
        "the rows of {table_name} get their numbers in {name} in the order in which backfill reads them"
    ));
    Ok(())
}

/// Column, sequence and default in one transaction: from then on each new row has a number.
fn add(op: &AddColumn, feed: &Feed<'_>, table: &TableName, known: &Table, draft: &mut Draft<'_>) {
    let (name, sequence) = (&op.column.name, &feed.name);
    let options = op.column.options.as_ref().map(|clauses| format!(" {clauses}")).unwrap_or_default();
    let definition = format!("{name} {}{options}", feed.type_);
    draft.add_column(table, name);
    draft.tries(table, format!("ADD COLUMN {definition}"));
    let mut sql = vec![
        format!("CREATE SEQUENCE {sequence} AS {}{}", feed.type_, feed.options),
        format!("ALTER SEQUENCE {sequence} OWNER TO {}", Ident::new(known.owner.as_str())),
        format!("ALTER TABLE {table} ADD COLUMN {definition}"),
        format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {}", next_value(sequence)),
        format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{name}"),
    ];
    // A default is evaluated with the rights of whoever inserts.
    let roles = writers(known);
    if !roles.is_empty() {
        sql.push(format!("GRANT USAGE ON SEQUENCE {sequence} TO {}", roles.join(", ")));
    }
    draft.expand(Step::catalog_only(
        format!("add column {table}.{name} with a sequence for new rows"),
        table,
        LockMode::AccessExclusive,
        sql,
        vec![format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {name}")],
    ));
}

/// The roles beside the owner that may insert rows.
fn writers(table: &Table) -> Vec<String> {
    let columns = table.columns.iter().flat_map(|column| &column.grants);
    let inserts = table.grants.iter().chain(columns).filter(|grant| grant.privilege == "INSERT");
    let mut roles: Vec<String> = inserts
        .filter(|grant| grant.grantee.as_ref() != Some(&table.owner))
        .map(|grant| {
            grant.grantee.as_deref().map_or("PUBLIC".to_owned(), |role| Ident::new(role).to_string())
        })
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

/// Takes back what the old release needed, and gives what the file does.
fn revokes(table: &Table, sequence: &TableName, draft: &Draft<'_>) -> Vec<String> {
    let roles = writers(table);
    if roles.is_empty() {
        return Vec::new();
    }
    let revoke = format!("REVOKE USAGE ON SEQUENCE {sequence} FROM {}", roles.join(", "));
    let about = |op: &Privileges| {
        let on = crate::migration::objects(&op.on).unwrap_or_default();
        on.iter().any(|object| draft.resolve(&object.name) == *sequence)
    };
    let given = draft.later.iter().filter_map(|operation| match operation {
        Operation::Grant(op) if about(op) => Some(direct::grant(op)),
        _ => None,
    });
    std::iter::once(revoke).chain(given).collect()
}
