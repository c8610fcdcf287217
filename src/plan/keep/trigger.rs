//! The trigger that keeps hidden columns in step: whoever writes the new shape has the old one written with it. It never
//! fails a statement: a value that the old shape can't hold leaves NULL there and marks the row.

use crate::ident::{Ident, TableName};
use crate::plan::dual_write::{Derived, Function, Variable, changed, of};

/// A pair as the trigger needs it: all columns by the names that contract leaves them.
pub(super) struct Followed {
    /// What is watched.
    pub new: Vec<Variable>,
    /// What is computed: the target is the hidden column.
    pub down: Vec<Derived>,
    /// The column that marks a row whose values could not be held.
    pub lost: Ident,
}

/// All that keeps one table's hidden columns in step.
pub(super) struct Follow<'a> {
    pub table: &'a TableName,
    pub state_schema: &'a Ident,
    pub slug: String,
    pub pairs: Vec<Followed>,
    /// Whether the trigger may list its columns.
    pub column_list: bool,
}

impl Follow<'_> {
    pub fn trigger(&self) -> Ident {
        Ident::new(format!("zzzz_midflight_{}_kept", self.slug))
    }

    fn object(&self, what: &str) -> String {
        format!("{}.{}", self.state_schema, Ident::new(format!("{}_kept{what}", self.slug)))
    }

    fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        for (at, pair) in self.pairs.iter().enumerate() {
            functions.push(changed(&self.object(&format!("{at}_changed")), &pair.new));
            for (number, derived) in pair.down.iter().enumerate() {
                let inputs = derived.inputs.iter();
                let parameters = inputs.map(|input| (input.name.to_string(), input.base_type.clone()));
                let name = self.object(&format!("{at}_down{number}"));
                functions.push(Function::new(&name, parameters, &derived.base_type, &derived.expression));
            }
        }
        functions
    }

    /// The statements that start it.
    pub fn create(&self) -> Vec<String> {
        let lost = self.pairs.iter().map(|pair| format!("ADD COLUMN {} boolean", pair.lost));
        let mut sql = vec![format!("ALTER TABLE {} {}", self.table, lost.collect::<Vec<_>>().join(", "))];
        for function in self.functions() {
            sql.push(function.create.clone());
            sql.push(format!("GRANT EXECUTE ON FUNCTION {} TO PUBLIC", function.signature));
        }
        sql.push(self.function());
        let columns: Vec<&Ident> =
            self.pairs.iter().flat_map(|pair| &pair.new).map(|one| &one.column).collect();
        let list = if self.column_list { of(&columns) } else { String::new() };
        let (trigger, table) = (self.trigger(), self.table);
        sql.push(format!(
            "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE{list} ON {table} FOR EACH ROW EXECUTE FUNCTION {}()",
            self.object("")
        ));
        sql.push(format!("ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"));
        sql
    }

    /// The statements that end it.
    pub fn drop(&self) -> Vec<String> {
        let mut sql = vec![
            format!("DROP TRIGGER {} ON {}", self.trigger(), self.table),
            format!("DROP FUNCTION {}()", self.object("")),
        ];
        sql.extend(self.functions().iter().map(|function| format!("DROP FUNCTION {}", function.signature)));
        sql
    }

    /// The columns that mark rows.
    pub fn marks(&self) -> impl Iterator<Item = &Ident> {
        self.pairs.iter().map(|pair| &pair.lost)
    }

    fn function(&self) -> String {
        let body: String = self.pairs.iter().enumerate().map(|(at, pair)| self.pair(at, pair)).collect();
        format!(
            "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nDECLARE\n  written boolean;\nBEGIN\n{body}  \
             RETURN NEW;\nEND\n$midflight$",
            self.object("")
        )
    }

    fn pair(&self, at: usize, pair: &Followed) -> String {
        let columns =
            pair.new.iter().flat_map(|v| [format!("OLD.{}", v.column), format!("NEW.{}", v.column)]);
        let changed =
            format!("{}({})", self.object(&format!("{at}_changed")), columns.collect::<Vec<_>>().join(", "));
        let mut set = String::new();
        let mut unset = String::new();
        for (number, derived) in pair.down.iter().enumerate() {
            let inputs: Vec<String> =
                derived.inputs.iter().map(|input| format!("NEW.{}", input.column)).collect();
            let call = format!("{}({})", self.object(&format!("{at}_down{number}")), inputs.join(", "));
            set.push_str(&format!("      NEW.{} := {call};\n", derived.target));
            unset.push_str(&format!("      NEW.{} := NULL;\n", derived.target));
        }
        let lost = &pair.lost;
        format!(
            "  written := true;\n  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN\n    written := {changed};\n  END IF;\n  \
             IF written THEN\n    BEGIN\n{set}      NEW.{lost} := NULL;\n    EXCEPTION WHEN OTHERS THEN\n{unset}      \
             NEW.{lost} := true;\n    END;\n  END IF;\n"
        )
    }
}
