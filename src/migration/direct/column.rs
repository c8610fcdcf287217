//! A column as `CREATE TABLE` and `ADD COLUMN` write it.

use crate::migration::operation::{ColumnDef, Name};

/// Name, type and clauses.
pub fn definition(column: &ColumnDef) -> String {
    // STORAGE and COMPRESSION, which are among the options, stand next to the type.
    let options = column.options.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    let mut sql = format!("{} {}{options}", column.name, column.type_);
    let mut clause = |name: Option<&Name>, text: String| {
        let name = name.map(|name| format!(" CONSTRAINT {name}")).unwrap_or_default();
        sql.push_str(&format!("{name} {text}"));
    };
    let names = &column.names;
    let key = column.key_options.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
    if let Some(collation) = &column.collation {
        clause(None, format!("COLLATE {collation}"));
    }
    if let Some(default) = &column.default {
        clause(None, format!("DEFAULT {default}"));
    }
    if let Some(generated) = &column.generated {
        clause(None, format!("GENERATED {generated}"));
    }
    if column.not_null {
        clause(names.not_null.as_ref(), "NOT NULL".to_owned());
    }
    if column.primary_key {
        clause(names.primary_key.as_ref(), format!("PRIMARY KEY{key}"));
    }
    if column.unique {
        clause(names.unique.as_ref(), format!("UNIQUE{key}"));
    }
    if let Some(check) = &column.check {
        clause(names.check.as_ref(), format!("CHECK ({check})"));
    }
    if let Some(references) = &column.references {
        clause(names.references.as_ref(), format!("REFERENCES {references}"));
    }
    sql
}
