//! What has another name, or is gone, once a stored plan was contracted: read off the statements it holds.

use serde::Serialize;

use super::Plan;
use crate::ident::Ident;
use crate::migration::object::Naming;
use crate::migration::operation::{DropObject, ObjectKind, Operation, TableRef, Unplaced};
use crate::migration::statement::Statement;
use crate::migration::{self, source::Source};

/// Something that contract takes away or renames.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractEffect {
    /// What becomes of it.
    pub fate: Fate,
    /// `column`, `table`, `index`, `materialized view`…
    pub kind: String,
    /// Its name, as SQL writes it: `public.users.name`, `parts_pk ON public.parts`.
    pub name: String,
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether midflight made it: triggers, functions, the second side of a column.
    pub own: bool,
}

/// What becomes of something at contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is gone.
    Drop,
    /// It has another name.
    Rename,
    /// Another one, which holds the converted values, has its name.
    Replace,
    /// It is dropped and recreated, for it depends on something that is replaced.
    Recreate,
}

impl Plan {
    /// What contract takes away or renames, in the order in which it happens. What a user's own SQL does is in it as far
    /// as it can be read.
    pub fn contract_effects(&self, state_schema: &Ident) -> Vec<ContractEffect> {
        let sql: String =
            self.contract.iter().flat_map(|step| &step.sql).map(|sql| format!("{sql};\n")).collect();
        let Ok(contract) = migration::parse(Source::new("contract.sql", sql)) else { return Vec::new() };
        let mut found = Found { state_schema, contract_effects: Vec::new() };
        for step in &contract.steps {
            found.take(&step.operation);
        }
        found.contract_effects
    }
}

/// What the statements so far amount to.
struct Found<'s> {
    state_schema: &'s Ident,
    contract_effects: Vec<ContractEffect>,
}

impl Found<'_> {
    fn take(&mut self, operation: &Operation) {
        match operation {
            Operation::DropColumn(op) => {
                self.dropped("column", on_table(&op.table, &op.column), is_own(&op.column));
            }
            Operation::DropTable(op) => self.dropped("table", op.table.to_string(), false),
            Operation::DropIndex(op) => self.dropped("index", op.index.to_string(), is_own(&op.index.name)),
            Operation::DropConstraint(op) => {
                self.dropped("constraint", constraint(&op.name, &op.table), is_own(&op.name));
            }
            Operation::RenameColumn(op) => {
                let (name, to) = (on_table(&op.table, &op.column), on_table(&op.table, &op.to));
                // an index that was copied has columns of its own, which nobody names
                if !is_own(&op.column) || self.contract_effects.iter().any(|known| known.name == to) {
                    self.renamed("column", (name, is_own(&op.column)), to, &op.to);
                }
            }
            Operation::RenameTable(op) => {
                let to = beside(&op.table, &op.to);
                self.renamed("table", (op.table.to_string(), false), to, &op.to);
            }
            Operation::RenameIndex(op) => {
                let name = (op.index.to_string(), is_own(&op.index.name));
                self.renamed("index", name, beside(&op.index, &op.to), &op.to);
            }
            Operation::RenameConstraint(op) => {
                let name = (constraint(&op.name, &op.table), is_own(&op.name));
                self.renamed("constraint", name, constraint(&op.to, &op.table), &op.to);
            }
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) => {
                if let (Some(name), Some(index)) = (&op.name, &op.using_index) {
                    let index = (index.to_string(), is_own(index));
                    self.renamed("constraint", index, constraint(name, &op.table), name);
                }
            }
            Operation::Unplaced(Unplaced {
                statement: Statement::Rename { kind, name, table: None, part: None, to },
                ..
            }) => {
                let from = (name.to_string(), is_own(&name.name));
                self.renamed(&kind.noun(), from, beside(name, to), to);
            }
            other => {
                if let Some((kind, op)) = other.dropped() {
                    let own = is_own(&op.name.name) || op.name.schema.as_ref() == Some(self.state_schema);
                    self.dropped(&kind.noun(), object(kind, op), own);
                } else if let Some((kind, op)) = other.created() {
                    let target = DropObject {
                        name: op.name.clone(),
                        table: op.table.clone(),
                        ..DropObject::default()
                    };
                    let name = object(kind, &target);
                    self.known(&kind.noun(), &name, Fate::Recreate);
                }
            }
        }
    }

    fn dropped(&mut self, kind: &str, name: String, own: bool) {
        self.contract_effects.push(ContractEffect {
            fate: Fate::Drop,
            kind: kind.to_owned(),
            name,
            to: None,
            own,
        });
    }

    /// Something takes a name. Where that is a converted copy, what had the name before is replaced; where it is the old
    /// thing itself, its second side has made room.
    fn renamed(&mut self, kind: &str, (name, own): (String, bool), full: String, to: &Ident) {
        if !own {
            self.contract_effects.retain(|known| known.name != full);
            let (kind, to) = (kind.to_owned(), Some(to.to_string()));
            self.contract_effects.push(ContractEffect { fate: Fate::Rename, kind, name, to, own });
        } else if !self.known(kind, &full, Fate::Replace) {
            let kind = kind.to_owned();
            self.contract_effects.push(ContractEffect {
                fate: Fate::Replace,
                kind,
                name: full,
                to: None,
                own: false,
            });
        }
    }

    /// Changes the fate of what was dropped so far. Says whether it was.
    fn known(&mut self, kind: &str, name: &str, fate: Fate) -> bool {
        let found = self.contract_effects.iter_mut().find(|known| known.kind == kind && known.name == name);
        found.map(|known| known.fate = fate).is_some()
    }
}

fn is_own(name: &Ident) -> bool {
    name.as_str().starts_with("_midflight_") || name.as_str().starts_with("zzzz_midflight_")
}

fn on_table(table: &TableRef, column: &Ident) -> String {
    format!("{table}.{column}")
}

fn constraint(name: &Ident, table: &TableRef) -> String {
    format!("{name} ON {table}")
}

/// Another name in the same schema.
fn beside(relation: &TableRef, name: &Ident) -> String {
    TableRef { schema: relation.schema.clone(), name: name.clone() }.to_string()
}

/// Functions are told apart by their arguments, which one and the same migration writes the same way.
fn object(kind: ObjectKind, op: &DropObject) -> String {
    let mut name = op.name.to_string();
    if let Some(arguments) = op.arguments.as_ref().filter(|_| kind.naming() == Naming::Signature) {
        let arguments: Vec<&str> = arguments.iter().map(|one| one.value.as_str()).collect();
        name.push_str(&format!("({})", arguments.join(", ")));
    }
    if let Some(table) = &op.table {
        name.push_str(&format!(" ON {}", table.value));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{PLAN_VERSION, Step};

    fn contract_effects(sql: &[&str]) -> Vec<String> {
        let step = Step::free("", sql.iter().map(|&sql| sql.to_owned()).collect(), Vec::new());
        let plan = Plan {
            version: PLAN_VERSION,
            migration: "m".to_owned(),
            expand: Vec::new(),
            backfill: Vec::new(),
            finish: Vec::new(),
            contract: vec![step],
            trials: Vec::new(),
            tries: Vec::new(),
            rows_tried: Vec::new(),
            recreated: Vec::new(),
            triggers: Vec::new(),
            counters: Vec::new(),
            touches: Vec::new(),
            uses: None,
            carries: Vec::new(),
            relies_on: crate::plan::Dependencies::default(),
            notes: Vec::new(),
            warnings: Vec::new(),
            unaccepted: Vec::new(),
            holds: Vec::new(),
            keep: None,
            version_schema: None,
        };
        let told = |one: &ContractEffect| {
            let to = one.to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
            format!("{:?}{} {} {}{to}", one.fate, if one.own { " own" } else { "" }, one.kind, one.name)
        };
        plan.contract_effects(&Ident::new("midflight")).iter().map(told).collect()
    }

    #[test]
    fn a_renamed_column_and_its_helpers() {
        let found = contract_effects(&[
            "DROP TRIGGER IF EXISTS zzzz_midflight_t_1 ON public.t",
            "ALTER TABLE public.t DROP COLUMN \"Label\"",
            "ALTER TABLE public.t RENAME COLUMN name TO \"Label\"",
            "DROP FUNCTION IF EXISTS midflight.t_1_up(text, integer)",
            "DROP SEQUENCE IF EXISTS midflight.t_1_old_writes",
        ]);
        let wanted = [
            "Drop own trigger zzzz_midflight_t_1 ON public.t",
            "Rename column public.t.name to \"Label\"",
            "Drop own function midflight.t_1_up(text, integer)",
            "Drop own sequence midflight.t_1_old_writes",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_replaced_column_with_what_hangs_on_it() {
        let found = contract_effects(&[
            "ALTER TABLE public.stock DROP CONSTRAINT stock_part",
            "DROP VIEW public.big",
            "ALTER TABLE public.parts DROP COLUMN code",
            "ALTER TABLE public.parts RENAME COLUMN _midflight_code TO code",
            "ALTER TABLE public.parts ADD CONSTRAINT parts_pk PRIMARY KEY USING INDEX _midflight_parts_pk",
            "ALTER TABLE public.parts_pk RENAME COLUMN _midflight_code TO code",
            "ALTER INDEX public._midflight_parts_lower RENAME TO parts_lower",
            "ALTER TABLE public.stock RENAME CONSTRAINT _midflight_stock_part TO stock_part",
            "CREATE VIEW public.big AS SELECT 1",
        ]);
        let wanted = [
            "Replace constraint stock_part ON public.stock",
            "Recreate view public.big",
            "Replace column public.parts.code",
            "Replace constraint parts_pk ON public.parts",
            "Replace index public.parts_lower",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_gone() {
        let found = contract_effects(&[
            "DROP VIEW public.customers",
            "ALTER TABLE public.clients RENAME TO customers",
            "DROP TABLE public.old_logins",
            "ALTER TABLE public.users DROP COLUMN a, DROP COLUMN b",
            "DROP INDEX CONCURRENTLY IF EXISTS public.\"Old Index\"",
            "ALTER TABLE public.users DROP CONSTRAINT IF EXISTS _midflight_a_not_null",
        ]);
        let wanted = [
            "Rename table public.clients to customers",
            "Drop table public.old_logins",
            "Drop column public.users.a",
            "Drop column public.users.b",
            "Drop index public.\"Old Index\"",
            "Drop own constraint _midflight_a_not_null ON public.users",
        ];
        assert_eq!(found, wanted);
    }
}
