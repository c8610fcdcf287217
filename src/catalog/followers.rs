//! What depends on a column and can follow its successor: recreated in the contract transaction, as it was.

use serde::Deserialize;

use super::Grant;
use crate::ident::{Ident, TableName, literal};
use crate::migration::definition::index_tail;

/// A view over a table's column, directly or through other views.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
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
    /// Whether its privileges are other than those of a new view.
    #[serde(default)]
    pub privileges: bool,
    /// Statements for what else a new view lacks: privileges on columns, defaults, triggers, rules.
    #[serde(default)]
    pub more: Vec<String>,
    /// Why it can't be recreated.
    pub obstacle: Option<String>,
    /// What a materialized view has beside its query.
    #[serde(default)]
    pub stored: Option<Stored>,
}

/// The rows of a materialized view: they take their time, so that contract only gives a second one its name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Stored {
    /// Whether it holds rows.
    pub populated: bool,
    /// `USING …`, `TABLESPACE …`
    pub method: String,
    /// As above.
    pub tablespace: Option<String>,
    /// Actions of `ALTER MATERIALIZED VIEW` for what its columns are set to.
    pub settings: Vec<String>,
    /// Its indexes.
    pub indexes: Vec<StoredIndex>,
}

/// An index of a materialized view.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StoredIndex {
    /// Its name.
    pub name: Ident,
    /// `pg_get_indexdef`
    pub definition: String,
    /// Whether it is unique.
    pub unique: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// `CLUSTER ON`
    pub clustered: bool,
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
    /// Its kind and name, as `pg_identify_object` has them.
    pub fn described(&self) -> String {
        format!("{} {}", self.kind().to_lowercase(), self.name)
    }

    /// What it is.
    fn kind(&self) -> &'static str {
        if self.stored.is_some() { "MATERIALIZED VIEW" } else { "VIEW" }
    }

    /// The statement that drops it.
    pub fn drop(&self) -> String {
        format!("DROP {} {}", self.kind(), self.name)
    }

    /// The query, without its end.
    pub fn body(&self) -> &str {
        self.definition.trim().trim_end_matches(';')
    }

    /// Its second form, under a name of midflight's own until contract.
    pub fn second(&self) -> TableName {
        TableName::new(self.name.schema.clone(), self.name.name.prefixed("_midflight_"))
    }

    /// The statements that make the second form of a materialized view, without rows.
    pub fn create_second(&self, stored: &Stored) -> Vec<String> {
        self.create_stored(stored, &self.second(), "NO DATA", StoredIndex::copy)
    }

    fn create_stored(
        &self,
        stored: &Stored,
        name: &TableName,
        data: &str,
        called: impl Fn(&StoredIndex) -> Ident,
    ) -> Vec<String> {
        let options = if self.options.is_empty() {
            String::new()
        } else {
            format!(" WITH ({})", self.options.join(", "))
        };
        let space =
            stored.tablespace.as_ref().map(|space| format!(" TABLESPACE {}", Ident::new(space.as_str())));
        let (method, space, body) =
            (Ident::new(stored.method.as_str()), space.unwrap_or_default(), self.body());
        let mut sql = vec![format!(
            "CREATE MATERIALIZED VIEW {name} USING {method}{options}{space} AS {body} WITH {data}"
        )];
        sql.extend(stored.settings.iter().map(|action| format!("ALTER MATERIALIZED VIEW {name} {action}")));
        for index in &stored.indexes {
            let unique = if index.unique { "UNIQUE " } else { "" };
            let (copy, tail) = (called(index), index_tail(&index.definition));
            sql.push(format!("CREATE {unique}INDEX {copy} ON {name} {tail}"));
            if index.clustered {
                sql.push(format!("ALTER MATERIALIZED VIEW {name} CLUSTER ON {copy}"));
            }
        }
        sql.extend(self.rest("MATERIALIZED VIEW", name));
        sql
    }

    /// The statements that make it anew where it was, rows and all.
    pub fn create_whole(&self) -> Vec<String> {
        match &self.stored {
            Some(stored) => {
                let data = if stored.populated { "DATA" } else { "NO DATA" };
                self.create_stored(stored, &self.name, data, |index| index.name.clone())
            }
            None => self.create(),
        }
    }

    /// The statements with which the second form takes the place of the first.
    fn take_place(&self, stored: &Stored) -> Vec<String> {
        let schema = &self.name.schema;
        let mut sql = vec![format!("ALTER MATERIALIZED VIEW {} RENAME TO {}", self.second(), self.name.name)];
        for index in &stored.indexes {
            let copy = TableName::new(schema.clone(), index.copy());
            sql.push(format!("ALTER INDEX {copy} RENAME TO {}", index.name));
            let last = TableName::new(schema.clone(), index.name.clone());
            sql.extend(comment("INDEX", &last.to_string(), index.comment.as_deref()));
        }
        sql
    }

    /// What a new view of that query lacks.
    fn rest(&self, kind: &str, name: &TableName) -> Vec<String> {
        let mut sql = vec![format!("ALTER {kind} {name} OWNER TO {}", Ident::new(self.owner.as_str()))];
        sql.extend(comment(kind, &name.to_string(), self.comment.as_deref()));
        sql.extend(
            self.column_comments
                .iter()
                .map(|(column, text)| format!("COMMENT ON COLUMN {name}.{column} IS {}", literal(text))),
        );
        if self.privileges {
            sql.push(format!("REVOKE ALL ON {name} FROM {}", Ident::new(self.owner.as_str())));
        }
        sql.extend(self.grants.iter().map(|grant| grant.statement("", &name.to_string())));
        sql
    }

    /// The statements that recreate it, over columns of the same names.
    pub fn create(&self) -> Vec<String> {
        if let Some(stored) = &self.stored {
            return self.take_place(stored);
        }
        let name = &self.name;
        let options = if self.options.is_empty() {
            String::new()
        } else {
            format!(" WITH ({})", self.options.join(", "))
        };
        let create = format!("CREATE VIEW {name}{options} AS {}", self.body());
        std::iter::once(create).chain(self.rest("VIEW", name)).chain(self.more.iter().cloned()).collect()
    }
}

impl StoredIndex {
    fn copy(&self) -> Ident {
        self.name.prefixed("_midflight_")
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
