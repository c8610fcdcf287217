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
//! Where both sides are one value under two names (a rename), nobody can mean two values: what is written to the new name
//! is right for both. Whether a row is converted a [`Marker`] says where NULL can't. The trigger's body is in
//! [`super::sync`].
//!
//! Expressions, and comparisons too, live in `BEGIN ATOMIC` functions: they are resolved once, when they are
//! created, so no search_path of the application can change what they mean; the planner inlines them, so they
//! cost nothing; and a type or function they need can't be dropped from under them. The trigger function itself
//! names everything in full.

use super::marker::Marker;
use crate::ident::{Ident, TableName};
use crate::migration::source::Span;
use crate::pg::null::missing;
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
    /// The same with its modifier: what the column makes of a value.
    pub spelling: String,
    /// Whether its values are rows.
    pub composite: bool,
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
    /// What to write in its place where it reads the session.
    pub instead: Option<String>,
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
    /// Whether both sides hold one value under two names. A statement that writes both is one of the new release, which
    /// alone knows the new name, and that one counts.
    pub same_value: bool,
    /// What says whether a row is converted. None: the new side does, being NULL in no row that is.
    pub marker: Option<Marker>,
}

impl Pair {
    /// Whether its new side is a column that only gets values from others, and takes no one's place.
    pub(super) fn is_computed(&self) -> bool {
        self.down.is_empty() && !self.hidden
    }

    /// True for a row whose new side holds nothing. `row` is `NEW.`, `OLD.` or empty.
    pub(super) fn empty(&self, row: &str) -> String {
        let empty = self.new.iter().map(|v| missing(format_args!("{row}{}", v.column), v.composite));
        empty.collect::<Vec<_>>().join(" AND ")
    }
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
    /// Whether rows move between partitions: PostgreSQL makes an INSERT of such an UPDATE.
    pub moves: bool,
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
        let notes = self.null_notes().into_iter().map(|note| note.trigger);
        self.sync_triggers().into_iter().chain(notes).collect()
    }

    fn sync_triggers(&self) -> Vec<Ident> {
        // What notes a NULL that was written has to come before it.
        let sync = if self.null_notes().is_empty() { "" } else { "_sync" };
        let first = Ident::new(format!("zzzz_midflight_{}{sync}", self.slug));
        let second = Ident::new(format!("zzzz_midflight_{}_back", self.slug));
        let mut triggers = vec![first];
        triggers.extend((!self.hidden().is_empty()).then_some(second));
        triggers
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
        sql.extend(self.note_functions());
        let events =
            [format!("INSERT OR UPDATE{}", self.update_of()), format!("UPDATE{}", of(&self.hidden()))];
        let unless_backfill = format!("WHEN ({NOT_BACKFILL}) ");
        for ((trigger, events), when) in self.sync_triggers().iter().zip(events).zip(["", &unless_backfill]) {
            sql.push(format!(
                "CREATE TRIGGER {trigger} BEFORE {events} ON {} FOR EACH ROW {when}EXECUTE FUNCTION {}()",
                self.table,
                self.object("sync")
            ));
            sql.push(self.always(trigger));
        }
        for note in self.null_notes() {
            sql.push(note.create);
            sql.push(self.always(&note.trigger));
        }
        sql
    }

    fn always(&self, trigger: &Ident) -> String {
        format!("ALTER TABLE {} ENABLE ALWAYS TRIGGER {trigger}", self.table)
    }

    /// The statements that remove the triggers; safe where none is there.
    pub fn drop_triggers(&self) -> Vec<String> {
        let drop = |trigger: &Ident| format!("DROP TRIGGER IF EXISTS {trigger} ON {}", self.table);
        self.triggers().iter().map(drop).collect()
    }

    /// The statements that remove everything else, after the triggers; safe where nothing is there.
    pub fn drop_functions(&self) -> Vec<String> {
        let mut sql = vec![format!("DROP FUNCTION IF EXISTS {}()", self.object("sync"))];
        sql.extend(self.noting().map(|at| format!("DROP FUNCTION IF EXISTS {}()", self.note_function(at))));
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
                        function: function.signature,
                        instead: derived.written.instead.clone(),
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

    /// The same for the way back.
    pub fn down_call(&self, pair: usize, number: usize) -> String {
        self.call("down", pair, number, &self.pairs[pair].down[number], "")
    }

    /// The sequence that counts writes through the old side.
    pub fn counter(&self) -> Option<String> {
        self.pairs.iter().any(|pair| pair.counted).then(|| self.object("old_writes"))
    }

    pub(super) fn object(&self, what: &str) -> String {
        format!("{}.{}", self.state_schema, Ident::new(format!("{}_{what}", self.slug)))
    }

    fn update_of(&self) -> String {
        if !self.column_list {
            return String::new();
        }
        // What is written to a side from which nothing flows back, and of which nothing is noted, needs no trigger.
        let named = |pair: &&Pair| !pair.hidden && (!pair.down.is_empty() || pair.marker.is_some());
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
            functions.push(changed(&self.object(&format!("old{at}_changed")), &pair.old));
            functions.push(changed(&self.object(&format!("new{at}_changed")), &pair.new));
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

    /// Whether an inserted row's old side is what an INSERT that doesn't mention it stores. Columns with a volatile
    /// default have no such value; they count as not written.
    fn at_default_function(&self, at: usize, pair: &Pair) -> Option<Function> {
        let known = comparable(pair);
        if pair.down.is_empty() || pair.same_value || known.is_empty() {
            return None;
        }
        let parameters =
            known.iter().enumerate().map(|(i, variable)| (format!("value_{i}"), variable.base_type.clone()));
        let tests: Vec<String> = known
            .iter()
            .enumerate()
            .map(|(i, variable)| {
                let nothing = missing(format_args!("value_{i}"), variable.composite);
                let Some(default) = &variable.default else { return nothing };
                // As the column stores it: a length pads or cuts it.
                let stored = format!("CAST(({default}) AS {})", variable.spelling);
                let differs = differs(&format!("value_{i}"), &stored, variable.equality_is_identity);
                format!("({nothing} OR NOT ({differs}))")
            })
            .collect();
        let name = self.object(&format!("old{at}_default"));
        Some(Function::new(&name, parameters, "boolean", &tests.join(" AND ")))
    }

    pub(super) fn call(
        &self,
        kind: &str,
        pair: usize,
        number: usize,
        derived: &Derived,
        row: &str,
    ) -> String {
        let arguments: Vec<String> =
            derived.inputs.iter().map(|input| format!("{row}{}", input.column)).collect();
        format!("{}({})", self.object(&format!("{kind}{pair}_{number}")), arguments.join(", "))
    }
}

/// Whether an UPDATE changes one of these columns.
pub(super) fn changed(name: &str, side: &[Variable]) -> Function {
    let parameters = side.iter().enumerate().flat_map(|(i, variable)| {
        ["before", "after"].map(|when| (format!("{when}_{i}"), variable.base_type.clone()))
    });
    let differ = |(i, variable): (usize, &Variable)| {
        differs(&format!("before_{i}"), &format!("after_{i}"), variable.equality_is_identity)
    };
    let tests: Vec<String> = side.iter().enumerate().map(differ).collect();
    Function::new(name, parameters, "boolean", &tests.join(" OR "))
}

pub(super) fn of(columns: &[&Ident]) -> String {
    let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
    format!(" OF {}", names.join(", "))
}

/// The old columns whose default can be compared with what an INSERT stored.
pub(super) fn comparable(pair: &Pair) -> Vec<&Variable> {
    pair.old.iter().filter(|variable| !variable.volatile_default).collect()
}

/// True where midflight's own backfill is not the writer.
pub(super) const NOT_BACKFILL: &str =
    "pg_catalog.current_setting('midflight.backfill', true) IS DISTINCT FROM 'on'";

/// An expression as a function.
pub(super) struct Function {
    pub(super) create: String,
    /// Name and argument types, as DROP and GRANT want it.
    pub(super) signature: String,
    /// Where the expression begins in `create`.
    offset: usize,
}

impl Function {
    /// Declared VOLATILE, the default: the planner then inlines whatever the body holds.
    pub(super) fn new(
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
