//! Dual writes: the trigger that keeps an old and a new side of a row in step, whichever release writes.
//!
//! The trigger decides by what changed, never by who writes:
//!
//! | event  | old side       | new side       | result           |
//! |--------|----------------|----------------|------------------|
//! | UPDATE | changed        | same           | new := up(old)   |
//! | UPDATE | same           | changed        | old := down(new) |
//! | UPDATE | changed        | changed        | kept as written  |
//! | UPDATE | same           | same           | nothing          |
//! | INSERT | any            | at its default | new := up(old)   |
//! | INSERT | at its default | written        | old := down(new) |
//! | INSERT | written        | written        | kept as written  |
//!
//! Expressions, and comparisons too, live in `BEGIN ATOMIC` functions: they are resolved once, when they are
//! created, so no search_path of the application can change what they mean; the planner inlines them, so they
//! cost nothing; and a type or function they need can't be dropped from under them. The trigger function itself
//! names everything in full.

use crate::ident::{Ident, TableName};
use crate::migration::source::Span;
use crate::plan::Trial;
use crate::plan::compare::differs;

/// A column as an expression function sees it.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name that expressions use.
    pub name: Ident,
    /// The column in the table that holds it: another one while a shadow column waits for its final name.
    pub column: Ident,
    /// Its type, for a function signature.
    pub base_type: String,
    /// See [`crate::catalog::TypeInfo::equality_is_identity`].
    pub equality_is_identity: bool,
    /// What an INSERT that does not name the column stores; none is NULL.
    pub default: Option<String>,
    /// That default can't be compared with what was stored, because every evaluation differs.
    pub volatile_default: bool,
}

/// The value of one column, computed from others.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The column that receives the value.
    pub target: Ident,
    /// Its type, for the function's result.
    pub base_type: String,
    /// The SQL expression over `inputs`.
    pub expression: String,
    /// What the expression reads.
    pub inputs: Vec<Variable>,
    /// What to blame when the expression doesn't compile.
    pub written: Written,
}

/// Where an expression comes from.
#[derive(Debug, Clone)]
pub struct Written {
    /// What it is: "`up` of column `price`".
    pub what: String,
    /// As it stands in the file; empty where the planner wrote it.
    pub text: String,
    /// Its place in the file, or the operation's.
    pub span: Span,
}

/// An old and a new side that say the same in two ways.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Columns whose change means that the old side was written.
    pub old: Vec<Variable>,
    /// Columns whose change means that the new side was written.
    pub new: Vec<Variable>,
    /// The new side from the old.
    pub up: Vec<Derived>,
    /// The old side from the new; empty where nothing flows back (a column that is only added).
    pub down: Vec<Derived>,
    /// Whether `up` can fail on a value the column may hold. Then the trigger lets the old release's write pass
    /// and leaves the new side empty, for backfill and verification to report.
    pub can_fail: bool,
    /// Whether no release names the new side: it waits for the old side's names.
    pub hidden: bool,
    /// Whether writes through the old side are counted: only where the new release has another name to write to.
    pub counted: bool,
}

/// All that keeps one table in step for one migration.
pub struct DualWrite<'a> {
    /// The table.
    pub table: &'a TableName,
    /// The schema that holds the functions.
    pub state_schema: &'a Ident,
    /// Tells the objects of this table and migration from all others.
    pub slug: String,
    /// What is kept in step.
    pub pairs: &'a [Pair],
    /// Whether the trigger may list its columns (`UPDATE OF`). Not where another BEFORE trigger can change a
    /// column behind the statement's back.
    pub column_list: bool,
}

impl DualWrite<'_> {
    /// The same with its functions in another schema.
    pub fn in_schema<'s>(&'s self, schema: &'s Ident) -> DualWrite<'s> {
        DualWrite { state_schema: schema, slug: self.slug.clone(), ..*self }
    }

    /// The triggers' names: last in alphabetical order, so that they see what the user's triggers made of the row. The
    /// first keeps the sides in step. A second one, for columns that no release names, does so for whoever writes them
    /// nevertheless: backfill is who writes them, and pays for no trigger this way.
    pub fn triggers(&self) -> Vec<Ident> {
        let first = Ident::new(format!("zzzz_midflight_{}", self.slug));
        let second = Ident::new(format!("zzzz_midflight_{}_back", self.slug));
        if self.hidden().is_empty() { vec![first] } else { vec![first, second] }
    }

    /// The statements that create functions, counter and trigger. The table is locked (SHARE ROW EXCLUSIVE) by the
    /// last two only.
    pub fn create(&self) -> Vec<String> {
        let mut sql = Vec::new();
        if self.pairs.iter().any(|pair| pair.counted) {
            sql.push(format!("CREATE SEQUENCE {}", self.object("old_writes")));
            sql.push(format!("GRANT USAGE ON SEQUENCE {} TO PUBLIC", self.object("old_writes")));
        }
        for function in self.functions() {
            sql.push(function.create.clone());
            sql.push(format!("GRANT EXECUTE ON FUNCTION {} TO PUBLIC", function.signature));
        }
        sql.push(self.trigger_function());
        let events =
            [format!("INSERT OR UPDATE{}", self.update_of()), format!("UPDATE{}", of(&self.hidden()))];
        let unless_backfill =
            "WHEN (pg_catalog.current_setting('midflight.backfill', true) IS DISTINCT FROM 'on') ";
        for ((trigger, events), when) in self.triggers().iter().zip(events).zip(["", unless_backfill]) {
            sql.push(format!(
                "CREATE TRIGGER {trigger} BEFORE {events} ON {} FOR EACH ROW {when}EXECUTE FUNCTION {}()",
                self.table,
                self.object("sync")
            ));
            sql.push(format!("ALTER TABLE {} ENABLE ALWAYS TRIGGER {trigger}", self.table));
        }
        sql
    }

    /// The statements that remove the triggers; safe where none is there.
    pub fn drop_triggers(&self) -> Vec<String> {
        let drop = |trigger: &Ident| format!("DROP TRIGGER IF EXISTS {trigger} ON {}", self.table);
        self.triggers().iter().map(drop).collect()
    }

    /// The statements that remove everything else, after the triggers; safe where nothing is there.
    pub fn drop_functions(&self) -> Vec<String> {
        let mut sql = vec![format!("DROP FUNCTION IF EXISTS {}()", self.object("sync"))];
        sql.extend(
            self.functions().iter().map(|function| format!("DROP FUNCTION IF EXISTS {}", function.signature)),
        );
        if self.pairs.iter().any(|pair| pair.counted) {
            sql.push(format!("DROP SEQUENCE IF EXISTS {}", self.object("old_writes")));
        }
        sql
    }

    /// The expressions as functions to try.
    pub fn trials(&self) -> Vec<Trial> {
        let mut trials = Vec::new();
        for (at, pair) in self.pairs.iter().enumerate() {
            for (kind, side) in [("up", &pair.up), ("down", &pair.down)] {
                for (number, derived) in side.iter().enumerate() {
                    let function = self.derived_function(kind, at, number, derived);
                    trials.push(Trial {
                        what: derived.written.what.clone(),
                        sql: function.create,
                        offset: function.offset,
                        expression: derived.written.text.clone(),
                        start: derived.written.span.start,
                        end: derived.written.span.end,
                    });
                }
            }
        }
        trials
    }

    /// A call of the function that computes `target`, over the table's own columns: what backfill writes and
    /// verification compares with.
    pub fn up_call(&self, pair: usize, target: &Ident) -> String {
        let up = &self.pairs[pair].up;
        let at = up.iter().position(|derived| derived.target == *target).unwrap_or_default();
        up.get(at).map(|derived| self.call("up", pair, at, derived, "")).unwrap_or_default()
    }

    /// The sequence that counts writes through the old side.
    pub fn counter(&self) -> Option<String> {
        self.pairs.iter().any(|pair| pair.counted).then(|| self.object("old_writes"))
    }

    fn object(&self, what: &str) -> String {
        format!("{}.{}", self.state_schema, Ident::new(format!("{}_{what}", self.slug)))
    }

    fn update_of(&self) -> String {
        if !self.column_list {
            return String::new();
        }
        // What is written to a side from which nothing flows back needs no trigger.
        let named = |pair: &&Pair| !pair.down.is_empty() && !pair.hidden;
        let old = self.pairs.iter().flat_map(|pair| &pair.old);
        let new = self.pairs.iter().filter(named).flat_map(|pair| &pair.new);
        let mut columns: Vec<&Ident> = Vec::new();
        for variable in old.chain(new) {
            if !columns.contains(&&variable.column) {
                columns.push(&variable.column);
            }
        }
        of(&columns)
    }

    /// The columns that no release names, and from which something flows back, where the first trigger does not fire for
    /// them anyway.
    fn hidden(&self) -> Vec<&Ident> {
        let hidden =
            self.pairs.iter().filter(|pair| self.column_list && pair.hidden && !pair.down.is_empty());
        hidden.flat_map(|pair| &pair.new).map(|variable| &variable.column).collect()
    }

    fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        for (at, pair) in self.pairs.iter().enumerate() {
            functions.push(self.changed_function(&format!("old{at}_changed"), &pair.old));
            functions.push(self.changed_function(&format!("new{at}_changed"), &pair.new));
            if let Some(at_default) = self.at_default_function(at, pair) {
                functions.push(at_default);
            }
            for (kind, side) in [("up", &pair.up), ("down", &pair.down)] {
                for (number, derived) in side.iter().enumerate() {
                    functions.push(self.derived_function(kind, at, number, derived));
                }
            }
        }
        functions
    }

    fn derived_function(&self, kind: &str, pair: usize, number: usize, derived: &Derived) -> Function {
        let name = self.object(&format!("{kind}{pair}_{number}"));
        let parameters = derived.inputs.iter().map(|input| (input.name.to_string(), input.base_type.clone()));
        Function::new(&name, parameters, &derived.base_type, &derived.expression)
    }

    fn changed_function(&self, what: &str, side: &[Variable]) -> Function {
        let parameters = side.iter().enumerate().flat_map(|(i, variable)| {
            ["before", "after"].map(|when| (format!("{when}_{i}"), variable.base_type.clone()))
        });
        let tests: Vec<String> = side
            .iter()
            .enumerate()
            .map(|(i, variable)| {
                differs(&format!("before_{i}"), &format!("after_{i}"), variable.equality_is_identity)
            })
            .collect();
        Function::new(&self.object(what), parameters, "boolean", &tests.join(" OR "))
    }

    /// Whether an inserted row's old side is what an INSERT that doesn't mention it stores. Columns with a volatile
    /// default have no such value; they count as not written.
    fn at_default_function(&self, at: usize, pair: &Pair) -> Option<Function> {
        let known = comparable(pair);
        if pair.down.is_empty() || known.is_empty() {
            return None;
        }
        let parameters =
            known.iter().enumerate().map(|(i, variable)| (format!("value_{i}"), variable.base_type.clone()));
        let tests: Vec<String> = known
            .iter()
            .enumerate()
            .map(|(i, variable)| match &variable.default {
                None => format!("value_{i} IS NULL"),
                Some(default) => {
                    let stored = format!("({default})::{}", variable.base_type);
                    let differs = differs(&format!("value_{i}"), &stored, variable.equality_is_identity);
                    format!("(value_{i} IS NULL OR NOT ({differs}))")
                }
            })
            .collect();
        let name = self.object(&format!("old{at}_default"));
        Some(Function::new(&name, parameters, "boolean", &tests.join(" AND ")))
    }

    fn call(&self, kind: &str, pair: usize, number: usize, derived: &Derived, row: &str) -> String {
        let arguments: Vec<String> =
            derived.inputs.iter().map(|input| format!("{row}{}", input.column)).collect();
        format!("{}({})", self.object(&format!("{kind}{pair}_{number}")), arguments.join(", "))
    }

    fn trigger_function(&self) -> String {
        let updates: String = (0..self.pairs.len()).map(|at| self.on_update(at)).collect();
        let inserts: String = (0..self.pairs.len()).map(|at| self.on_insert(at)).collect();
        format!(
            "CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS $midflight$\nBEGIN\n  \
             IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN\n{updates}  ELSE\n{inserts}  END IF;\n  \
             RETURN NEW;\nEND\n$midflight$",
            self.object("sync")
        )
    }

    fn on_update(&self, at: usize) -> String {
        let pair = &self.pairs[at];
        let changed = |what: &str, side: &[Variable]| {
            let arguments: Vec<String> = side
                .iter()
                .flat_map(|v| [format!("OLD.{}", v.column), format!("NEW.{}", v.column)])
                .collect();
            format!("{}({})", self.object(&format!("{what}{at}_changed")), arguments.join(", "))
        };
        let old_changed = changed("old", &pair.old);
        let new_changed = changed("new", &pair.new);
        let forward = self.forward(at, 8);
        if pair.down.is_empty() {
            return format!(
                "    IF {old_changed} THEN\n      IF NOT {new_changed} THEN\n{forward}      END IF;\n    END IF;\n"
            );
        }
        // Backfill writes the new side only and must not be taken for the new release. The setting is read on
        // that path alone, so no write of the old release pays for it.
        let back = format!("{}{}", self.complete(at, 8), self.back(at, 8));
        format!(
            "    IF {old_changed} THEN\n      IF NOT {new_changed} THEN\n{forward}      END IF;\n    \
             ELSIF {new_changed} THEN\n      \
             IF pg_catalog.current_setting('midflight.backfill', true) IS NULL\n         \
             OR pg_catalog.current_setting('midflight.backfill', true) OPERATOR(pg_catalog.<>) 'on' THEN\n{back}      \
             END IF;\n    END IF;\n"
        )
    }

    fn on_insert(&self, at: usize) -> String {
        let pair = &self.pairs[at];
        let empty: Vec<String> = pair.new.iter().map(|v| format!("NEW.{} IS NULL", v.column)).collect();
        let forward = self.forward(at, 6);
        let mut out = format!("    IF {} THEN\n{forward}", empty.join(" AND "));
        if !pair.down.is_empty() {
            let known = comparable(pair);
            if known.is_empty() {
                out.push_str(&format!("    ELSE\n{}", self.back(at, 6)));
            } else {
                let arguments: Vec<String> = known.iter().map(|v| format!("NEW.{}", v.column)).collect();
                let at_default =
                    format!("{}({})", self.object(&format!("old{at}_default")), arguments.join(", "));
                out.push_str(&format!("    ELSIF {at_default} THEN\n{}", self.back(at, 6)));
            }
        }
        out.push_str("    END IF;\n");
        out
    }

    fn forward(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        let pad = " ".repeat(indent);
        let mut out = String::new();
        for (number, derived) in pair.up.iter().enumerate() {
            out.push_str(&format!(
                "{pad}NEW.{} := {};\n",
                derived.target,
                self.call("up", at, number, derived, "NEW.")
            ));
        }
        if pair.can_fail {
            let empty: String =
                pair.up.iter().map(|derived| format!("{pad}  NEW.{} := NULL;\n", derived.target)).collect();
            out = format!("{pad}BEGIN\n{out}{pad}{CAN_FAIL} THEN\n{empty}{pad}END;\n");
        }
        if pair.counted {
            out.push_str(&format!(
                "{pad}PERFORM pg_catalog.nextval({}::pg_catalog.regclass);\n",
                crate::ident::literal(&self.object("old_writes"))
            ));
        }
        out
    }

    /// The new release wrote some of several columns of a row that is not converted yet: the others come from the
    /// old side first, or the way back would compute it from a half-empty row.
    fn complete(&self, at: usize, indent: usize) -> String {
        let pair = &self.pairs[at];
        if pair.up.len() < 2 {
            return String::new();
        }
        let pad = " ".repeat(indent);
        let empty: Vec<String> = pair.new.iter().map(|v| format!("OLD.{} IS NULL", v.column)).collect();
        let fill = |(number, derived): (usize, &Derived)| {
            let (target, up) = (&derived.target, self.call("up", at, number, derived, "NEW."));
            format!("{pad}  IF NEW.{target} IS NULL THEN\n{pad}    NEW.{target} := {up};\n{pad}  END IF;\n")
        };
        let mut fills: String = pair.up.iter().enumerate().map(fill).collect();
        if pair.can_fail {
            fills = format!("{pad}  BEGIN\n{fills}{pad}  {CAN_FAIL} THEN NULL;\n{pad}  END;\n");
        }
        format!("{pad}IF {} THEN\n{fills}{pad}END IF;\n", empty.join(" AND "))
    }

    fn back(&self, at: usize, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let assign = |(number, derived): (usize, &Derived)| {
            format!("{pad}NEW.{} := {};\n", derived.target, self.call("down", at, number, derived, "NEW."))
        };
        self.pairs[at].down.iter().enumerate().map(assign).collect()
    }
}

fn of(columns: &[&Ident]) -> String {
    let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
    format!(" OF {}", names.join(", "))
}

/// How the trigger catches what `up` makes of a value that it can't convert.
const CAN_FAIL: &str =
    "EXCEPTION WHEN data_exception OR check_violation OR not_null_violation OR raise_exception";

/// The old columns whose default can be compared with what an INSERT stored.
fn comparable(pair: &Pair) -> Vec<&Variable> {
    pair.old.iter().filter(|variable| !variable.volatile_default).collect()
}

struct Function {
    create: String,
    /// Name and argument types, as DROP and GRANT want it.
    signature: String,
    /// Where the expression begins in `create`.
    offset: usize,
}

impl Function {
    /// Declared VOLATILE, the default: the planner then inlines whatever the body holds.
    fn new(
        name: &str,
        parameters: impl Iterator<Item = (String, String)>,
        returns: &str,
        expression: &str,
    ) -> Self {
        let parameters: Vec<(String, String)> = parameters.collect();
        let named: Vec<String> = parameters.iter().map(|(name, type_)| format!("{name} {type_}")).collect();
        let types: Vec<&str> = parameters.iter().map(|(_, type_)| type_.as_str()).collect();
        let head = format!(
            "CREATE FUNCTION {name}({}) RETURNS {returns} LANGUAGE sql BEGIN ATOMIC SELECT (",
            named.join(", ")
        );
        let offset = head.len();
        // The line end closes a `--` comment at the end of the expression.
        Self {
            create: format!("{head}{expression}\n); END"),
            signature: format!("{name}({})", types.join(", ")),
            offset,
        }
    }
}
