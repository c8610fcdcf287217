//! What the file is not to blame for: a schema that the configuration doesn't name, files that another tool has applied.

use super::context::Context;
use crate::db::{Session, elsewhere};
use crate::error::Error;
use crate::ident::Ident;
use crate::migration::Migration;

/// Adds the way out where the database shows it. What can't be asked is left as it is.
pub(super) async fn add(
    error: Error,
    migration: &Migration,
    session: &mut Session,
    context: &Context,
) -> Error {
    if error.message.contains("does not exist") {
        return in_another_schema(error, migration, session, context).await;
    }
    if ["exists already", "already exists", "already has"].iter().any(|words| error.message.contains(words))
        && context.records(session).await.is_ok_and(|records| records.is_empty())
    {
        return more(
            error,
            format!(
                "if another tool has applied this file, `midflight baseline --through {}` marks it and those before it as done",
                migration.id
            ),
        );
    }
    error
}

async fn in_another_schema(
    error: Error,
    migration: &Migration,
    session: &mut Session,
    context: &Context,
) -> Error {
    let configured = &context.settings.schema;
    let tables = migration.steps.iter().flat_map(|step| step.operation.tables());
    for table in tables.filter(|table| table.schema.is_none()) {
        let full = table.in_schema(&Ident::new(configured.as_str())).to_string();
        if !error.message.contains(&format!("`{full}`")) {
            continue;
        }
        let found = elsewhere::schemas_with(session, table.name.as_str()).await.unwrap_or_default();
        if let Some(schema) = found.iter().find(|schema| *schema != configured) {
            return Error {
                hint: Some(format!(
                    "there is one in schema `{schema}`, which is on the role's search_path: write `schema: {schema}` in midflight.yaml, or the schema before the name"
                )),
                ..error
            };
        }
    }
    error
}

fn more(error: Error, way: String) -> Error {
    let hint = match &error.hint {
        Some(hint) => format!("{hint}; {way}"),
        None => way,
    };
    error.hint(hint)
}
