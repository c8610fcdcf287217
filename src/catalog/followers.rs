//! What depends on a column and can follow its successor: recreated in the contract transaction, as it was.

use serde::Deserialize;

use super::Grant;
use crate::ident::{Ident, TableName, literal};

/// A view over a table's column, directly or through other views.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct View {
    /// Its name.
    pub name: TableName,
    /// The columns of the table that it needs.
    pub columns: Vec<Ident>,
    /// How many views lie between it and the table: dropped from the top, recreated from the bottom.
    pub depth: i32,
    /// `pg_get_viewdef`
    pub definition: String,
    /// `security_invoker=true` and the like.
    pub options: Vec<String>,
    /// Its owner.
    pub owner: String,
    /// Whether the connected role is a member of the owner.
    pub owned: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// Comments of its columns.
    pub column_comments: Vec<(Ident, String)>,
    /// Privileges on it.
    pub grants: Vec<Grant>,
    /// Why it can't be recreated: it is materialized, has triggers, rules or defaults of its own.
    pub obstacle: Option<String>,
}

/// Extended statistics over a column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Statistic {
    /// Its name.
    pub name: TableName,
    /// The columns it names.
    pub columns: Vec<Ident>,
    /// `pg_get_statisticsobjdef`
    pub definition: String,
    /// `SET STATISTICS`, when set.
    pub target: Option<i32>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A row-level security policy that names a column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Policy {
    /// Its name.
    pub name: Ident,
    /// The columns it names.
    pub columns: Vec<Ident>,
    /// `PERMISSIVE`, as opposed to `RESTRICTIVE`.
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// The roles it is for; empty is PUBLIC.
    pub roles: Vec<String>,
    /// `USING`
    pub using: Option<String>,
    /// `WITH CHECK`
    pub check: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A trigger that names a column, in `UPDATE OF` or in `WHEN`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ColumnTrigger {
    /// Its name.
    pub name: Ident,
    /// The columns it names.
    pub columns: Vec<Ident>,
    /// `pg_get_triggerdef`
    pub definition: String,
    /// `pg_trigger.tgenabled`: `O`, `D`, `R` or `A`.
    pub enabled: String,
    /// Its comment.
    pub comment: Option<String>,
}

/// The sequence behind an identity column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: TableName,
    /// The column that it feeds.
    pub column: Ident,
    /// `smallint`, `integer` or `bigint`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `START WITH`
    pub start: i64,
    /// `INCREMENT BY`
    pub increment: i64,
    /// `MINVALUE`
    pub min: i64,
    /// `MAXVALUE`
    pub max: i64,
    /// `CACHE`
    pub cache: i64,
    /// `CYCLE`
    pub cycle: bool,
    /// Privileges on it.
    pub grants: Vec<Grant>,
}

impl View {
    /// The statement that drops it.
    pub fn drop(&self) -> String {
        format!("DROP VIEW {}", self.name)
    }

    /// The statements that recreate it, over columns of the same names.
    pub fn create(&self) -> Vec<String> {
        let name = &self.name;
        let options = if self.options.is_empty() {
            String::new()
        } else {
            format!(" WITH ({})", self.options.join(", "))
        };
        let body = self.definition.trim().trim_end_matches(';');
        let mut sql = vec![format!("CREATE VIEW {name}{options} AS {body}")];
        sql.push(format!("ALTER VIEW {name} OWNER TO {}", Ident::new(self.owner.as_str())));
        sql.extend(comment("VIEW", &name.to_string(), self.comment.as_deref()));
        sql.extend(
            self.column_comments
                .iter()
                .map(|(column, text)| format!("COMMENT ON COLUMN {name}.{column} IS {}", literal(text))),
        );
        sql.extend(self.grants.iter().map(|grant| grant.statement("", &name.to_string())));
        sql
    }
}

impl Statistic {
    /// The statements that recreate it under another name, with a column renamed in `definition`.
    pub fn create(&self, name: &TableName, definition: &str) -> Vec<String> {
        let tail =
            definition.split_once(&format!("STATISTICS {}", self.name)).map_or(definition, |(_, tail)| tail);
        let mut sql = vec![format!("CREATE STATISTICS {name}{tail}")];
        sql.extend(self.target.map(|target| format!("ALTER STATISTICS {name} SET STATISTICS {target}")));
        sql.extend(comment("STATISTICS", &name.to_string(), self.comment.as_deref()));
        sql
    }
}

impl Policy {
    /// The statements that recreate it, with its expressions rewritten.
    pub fn create(&self, table: &TableName, rewrite: impl Fn(&str) -> String) -> Vec<String> {
        let name = &self.name;
        let kind = if self.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
        let roles: Vec<String> =
            self.roles.iter().map(|role| Ident::new(role.as_str()).to_string()).collect();
        let roles = if roles.is_empty() { "PUBLIC".to_owned() } else { roles.join(", ") };
        let clause = |keyword: &str, text: &Option<String>| {
            text.as_ref().map(|text| format!(" {keyword} ({})", rewrite(text))).unwrap_or_default()
        };
        let (using, check) = (clause("USING", &self.using), clause("WITH CHECK", &self.check));
        let command = &self.command;
        let create =
            format!("CREATE POLICY {name} ON {table} AS {kind} FOR {command} TO {roles}{using}{check}");
        let comment = comment("POLICY", &format!("{name} ON {table}"), self.comment.as_deref());
        std::iter::once(create).chain(comment).collect()
    }
}

impl ColumnTrigger {
    /// The statements that recreate it, with its definition rewritten.
    pub fn create(&self, table: &TableName, rewrite: impl Fn(&str) -> String) -> Vec<String> {
        let name = &self.name;
        let state = match self.enabled.as_str() {
            "D" => Some("DISABLE TRIGGER"),
            "R" => Some("ENABLE REPLICA TRIGGER"),
            "A" => Some("ENABLE ALWAYS TRIGGER"),
            _ => None,
        };
        let state = state.map(|action| format!("ALTER TABLE {table} {action} {name}"));
        let comment = comment("TRIGGER", &format!("{name} ON {table}"), self.comment.as_deref());
        std::iter::once(rewrite(&self.definition)).chain(state).chain(comment).collect()
    }
}

impl Sequence {
    /// The options of an identity column that goes on where this sequence is. Bounds that are the type's own are left
    /// to the new type.
    pub fn identity_options(&self, name: &TableName) -> String {
        let (low, high) = match self.type_.as_str() {
            "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let (own_min, own_max) = if self.increment > 0 { (1, high) } else { (low, -1) };
        let mut options = format!(
            "SEQUENCE NAME {name} START WITH {} INCREMENT BY {} CACHE {}",
            self.start, self.increment, self.cache
        );
        if self.min != own_min {
            options.push_str(&format!(" MINVALUE {}", self.min));
        }
        if self.max != own_max {
            options.push_str(&format!(" MAXVALUE {}", self.max));
        }
        if self.cycle {
            options.push_str(" CYCLE");
        }
        options
    }
}

impl Grant {
    /// The statement that grants it on an object; `columns` is empty or a list in parentheses.
    pub fn statement(&self, columns: &str, object: &str) -> String {
        let grantee =
            self.grantee.as_deref().map_or("PUBLIC".to_owned(), |role| Ident::new(role).to_string());
        let option = if self.grantable { " WITH GRANT OPTION" } else { "" };
        format!("GRANT {}{columns} ON {object} TO {grantee}{option}", self.privilege)
    }
}

fn comment(kind: &str, object: &str, text: Option<&str>) -> Option<String> {
    text.map(|text| format!("COMMENT ON {kind} {object} IS {}", literal(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_keeps_bounds_that_somebody_chose() {
        let sequence = Sequence {
            name: TableName::new("public", "s"),
            column: "id".into(),
            type_: "integer".into(),
            start: 10,
            increment: 1,
            min: 1,
            max: i64::from(i32::MAX),
            cache: 1,
            cycle: false,
            grants: Vec::new(),
        };
        let name = TableName::new("public", "n");
        assert_eq!(
            sequence.identity_options(&name),
            "SEQUENCE NAME public.n START WITH 10 INCREMENT BY 1 CACHE 1"
        );
        let chosen = Sequence { max: 500, cycle: true, ..sequence };
        assert!(chosen.identity_options(&name).ends_with("MAXVALUE 500 CYCLE"));
    }
}
