//! Version schemas: a schema for each release, with views in which it sees its own columns, names and types. Which schemas
//! these are stands in their comments, and what each release sees in the views themselves.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Grant;
use crate::ident::{Ident, TableName, fit, literal, short_hash};

/// What the comment of a version schema begins with.
pub const MARK: &str = "midflight version ";

/// The schema of a release.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its name.
    pub schema: Ident,
    /// Whose it is.
    pub mark: Mark,
    /// What it holds.
    pub views: Vec<VersionView>,
}

/// What the comment of a version schema says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The last migration that the release knows.
    pub migration: String,
    /// The schema whose tables it shows.
    pub schema: String,
    /// Releases in their order.
    pub ordinal: i32,
}

/// A table as one release sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VersionView {
    /// Its name for that release.
    pub name: Ident,
    /// The table behind it.
    pub table: TableName,
    /// `pg_class.oid` of the table.
    pub table_oid: u32,
    /// Its owner.
    pub owner: String,
    /// The columns, in order.
    pub columns: Vec<VersionColumn>,
    /// Privileges on it.
    pub grants: Vec<Grant>,
    /// Whether privileges and policies of the table decide for who reads the view, and not for its owner.
    pub invoker: bool,
    /// Whether the table itself has these columns in this order, and no others.
    pub plain: bool,
}

/// A column as one release sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VersionColumn {
    /// Its name for that release.
    pub name: Ident,
    /// The column of the table.
    pub physical: Ident,
    /// `pg_attribute.attnum` of that column.
    #[serde(default)]
    pub number: i16,
    /// The default of that release, where the table's column has another.
    pub default: Option<String>,
    /// Privileges on it.
    pub grants: Vec<Grant>,
}

/// The name of a release's schema: no quotes are needed for it, since it stands in connection options and URLs.
pub fn version_schema(of: &str, migration: &str) -> Ident {
    let written = format!("{of}_{migration}");
    let plain: String = written
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let starts = plain.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !plain.starts_with("pg_");
    let plain = if starts { plain } else { format!("v_{plain}") };
    // Two names that differ in what was replaced stay two names.
    Ident::new(fit(&if plain == written { plain } else { format!("{plain}_{}", short_hash(&written)) }))
}

impl Mark {
    /// The statement that marks a schema.
    pub fn statement(&self, schema: &Ident) -> String {
        let said = serde_json::to_string(self).unwrap_or_default();
        format!("COMMENT ON SCHEMA {schema} IS {}", literal(&format!("{MARK}{said}")))
    }
}

impl Version {
    /// The view over a table.
    pub fn view_of(&self, table_oid: u32) -> Option<&VersionView> {
        self.views.iter().find(|view| view.table_oid == table_oid)
    }
}

/// The statements that make views in a version schema. Only midflight may create anything there, and only now: what an
/// application creates without naming a schema would end up in the first of its search_path.
pub fn make_views(schema: &Ident, views: &[VersionView]) -> Vec<String> {
    let owners: BTreeSet<&str> = views.iter().map(|view| view.owner.as_str()).collect();
    let owners: Vec<String> = owners.into_iter().map(|owner| Ident::new(owner).to_string()).collect();
    let mut sql = vec![format!("GRANT CREATE ON SCHEMA {schema} TO CURRENT_USER")];
    sql.extend(owners.iter().map(|owner| format!("GRANT CREATE, USAGE ON SCHEMA {schema} TO {owner}")));
    sql.extend(views.iter().flat_map(|view| view.create(schema)));
    sql.extend(owners.iter().map(|owner| format!("REVOKE CREATE ON SCHEMA {schema} FROM {owner}")));
    sql.push(format!("REVOKE CREATE ON SCHEMA {schema} FROM CURRENT_USER"));
    sql
}

impl VersionView {
    /// The statement that drops it.
    pub fn drop(&self, schema: &Ident) -> String {
        format!("DROP VIEW IF EXISTS {}", TableName::new(schema.clone(), self.name.clone()))
    }

    /// The statements that make it in a schema.
    pub fn create(&self, schema: &Ident) -> Vec<String> {
        let name = TableName::new(schema.clone(), self.name.clone());
        let option = if self.invoker { " WITH (security_invoker = true)" } else { "" };
        let column = |column: &VersionColumn| match column.name == column.physical {
            true => column.name.to_string(),
            false => format!("{} AS {}", column.physical, column.name),
        };
        let columns: Vec<String> = self.columns.iter().map(column).collect();
        let owner = Ident::new(self.owner.as_str());
        let mut sql = vec![
            format!("CREATE VIEW {name}{option} AS SELECT {} FROM {}", columns.join(", "), self.table),
            format!("ALTER VIEW {name} OWNER TO {owner}"),
        ];
        for column in &self.columns {
            sql.extend(column.default.as_ref().map(|default| {
                format!("ALTER VIEW {name} ALTER COLUMN {} SET DEFAULT {default}", column.name)
            }));
            let list = format!(" ({})", column.name);
            sql.extend(through(&column.grants).map(|grant| grant.statement(&list, &name.to_string())));
        }
        sql.extend(through(&self.grants).map(|grant| grant.statement("", &name.to_string())));
        sql
    }
}

/// What a role may do through a view.
fn through(grants: &[Grant]) -> impl Iterator<Item = &Grant> {
    let useful = |privilege: &str| matches!(privilege, "SELECT" | "INSERT" | "UPDATE" | "DELETE");
    grants.iter().filter(move |grant| useful(&grant.privilege))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_no_quotes_and_stay_apart() {
        assert_eq!(version_schema("public", "0007_split_name").as_str(), "public_0007_split_name");
        for (of, migration) in [
            ("Shop", "0001_a"),
            ("public", "V2__Add-users"),
            ("public", &"x".repeat(90)),
            ("1st", "ü"),
            ("pg", "a"),
        ] {
            let name = version_schema(of, migration);
            assert_eq!(name.to_string(), name.as_str(), "{name}");
            assert!(name.as_str().len() <= 63 && !name.as_str().starts_with("pg_"), "{name}");
        }
        assert_ne!(version_schema("public", "a-b"), version_schema("public", "a_b"));
        assert_ne!(version_schema("public", "A"), version_schema("public", "a"));
    }
}
