//! `ADD COLUMN` with a constraint of its own: the column first, the constraint by itself.

use super::constraints::built;
use super::statement::{Action, Statement, one_line};
use super::{Edit, Fix};
use crate::lint::constraint_names;
use crate::migration;
use crate::migration::operation::{AddColumn, AddKey};
use crate::migration::source::{Located, Span};

/// `ADD COLUMN … CHECK (…)`
pub fn check(statement: &Statement<'_>, add: &AddColumn, found: Span) -> Option<Fix> {
    let condition = add.column.check.as_ref()?;
    let name = add.column.names.check.as_ref();
    let name = constraint_names::check(statement.cx, &add.table, name, condition).to_string();
    let column = Column::of(statement, add)?;
    let clause = column.clause("CHECK", |place| place.start <= found.start && found.end <= place.end)?;
    let new = column.action.sibling(&format!("ADD CONSTRAINT {name} {} NOT VALID", clause.rule));
    let validate = column.action.sibling(&format!("VALIDATE CONSTRAINT {name}"));
    column.without(&clause, vec![new, validate], false)
}

/// `ADD COLUMN … DEFAULT … REFERENCES …`
pub fn foreign_key(statement: &Statement<'_>, add: &AddColumn) -> Option<Fix> {
    let cx = statement.cx;
    if cx.is_partitioned(&add.table) && cx.options.pg_version < 18 {
        return None;
    }
    let (name, own) = (add.column.names.references.as_ref(), std::slice::from_ref(&add.column.name));
    let name = constraint_names::foreign_key(cx, &add.table, name, own).to_string();
    let column = Column::of(statement, add)?;
    let clause = column.clause("REFERENCES", |_| true)?;
    let key = format!("FOREIGN KEY ({}) {}", statement.written(&add.column.name), clause.rule);
    let new = column.action.sibling(&format!("ADD CONSTRAINT {name} {key} NOT VALID"));
    let validate = column.action.sibling(&format!("VALIDATE CONSTRAINT {name}"));
    column.without(&clause, vec![new, validate], false)
}

/// `ADD COLUMN … UNIQUE`
pub fn unique(statement: &Statement<'_>, add: &AddColumn) -> Option<Fix> {
    let (nulls_not_distinct, options) =
        add.column.key_options.as_ref().map_or((false, None), |options| migration::key_options(options));
    let key = AddKey {
        table: add.table.clone(),
        name: add.column.names.unique.clone(),
        columns: vec![add.column.name.clone()],
        nulls_not_distinct,
        options: options.map(Located::nowhere),
        ..AddKey::default()
    };
    let name = constraint_names::unique(statement.cx, &key.table, &key);
    let (index, constraint) = built(statement, &key, &name)?;
    let column = Column::of(statement, add)?;
    let clause = column.clause("UNIQUE", |_| true)?;
    let new = column.action.sibling(&format!("ADD CONSTRAINT {name} UNIQUE {constraint}"));
    column.without(&clause, vec![index, new], true)
}

/// A column that is added, with the clauses of its definition.
struct Column<'s, 'a> {
    action: Action<'s, 'a>,
    /// Where the definition starts in the file.
    start: usize,
    definition: &'a str,
    clauses: Vec<Span>,
}

/// A clause of the definition.
struct Clause {
    /// Its place in the definition.
    place: Span,
    /// Without the name that it is given.
    rule: String,
}

impl<'s, 'a> Column<'s, 'a> {
    /// With IF NOT EXISTS the column may be there already, and its constraint with it or not.
    fn of(statement: &'s Statement<'a>, add: &AddColumn) -> Option<Self> {
        if add.if_not_exists {
            return None;
        }
        let action = statement.action()?;
        let start = add.column.name.span.start;
        let definition = action.text.get(start.checked_sub(action.span.start)?..)?;
        let clauses = migration::column_clauses(definition)?;
        Some(Self { action, start, definition, clauses })
    }

    /// The first clause of this kind that is the right one.
    fn clause(&self, kind: &str, is_it: impl Fn(Span) -> bool) -> Option<Clause> {
        let found = self.clauses.iter().find_map(|place| {
            let words = migration::tokens(self.definition.get(place.range())?)?;
            let at = |number: usize| {
                let word = words.get(number)?;
                Some((place.start + word.start, self.definition.get(place.range())?.get(word.range())?))
            };
            let named = at(0)?.1.eq_ignore_ascii_case("CONSTRAINT");
            let (start, word) = at(if named { 2 } else { 0 })?;
            let in_file = Span::new(self.start + place.start, self.start + place.end);
            (word.eq_ignore_ascii_case(kind) && is_it(in_file)).then_some((*place, start))
        });
        let (place, start) = found?;
        Some(Clause { place, rule: one_line(self.definition.get(start..place.end)?)? })
    }

    /// The column without the clause, and statements behind the whole.
    fn without(&self, clause: &Clause, after: Vec<String>, is_key: bool) -> Option<Fix> {
        let before = self.definition.get(..clause.place.start)?.trim_end().len();
        // a comment that ended with the line would take in what follows
        let tokens = migration::tokens(self.definition)?;
        tokens.iter().find(|token| token.end == before)?;
        let place = Span::new(self.start + before, self.start + clause.place.end);
        self.action.in_place(Edit { place: place.into(), text: String::new() }, after, is_key)
    }
}
