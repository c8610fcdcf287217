//! What the files read so far say about the database: a replay of the folder, statement by statement.
//!
//! Unless a catalog was read, nothing here is certain to be complete. A table that no file creates may well exist, so
//! that every question has three answers, and the rules ask for proof.

mod object;
mod replay;
mod session;

use std::collections::BTreeMap;
use std::rc::Rc;

use rpds::RedBlackTreeMap as Map;

pub use object::{Born, Column, Constraint, ConstraintRule, Index, Relation, Table, TypeInfo, TypeKind};
pub use session::{Block, Held, Session};

use super::snapshot::Snapshot;
use super::types::Type;
use super::{Created, Options};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::TableRef;

/// The schema that temporary tables live in.
const TEMPORARY: &str = "pg_temp";
/// The first name that sorts behind it.
const AFTER_TEMPORARY: &str = "pg_temp\0";

/// The database as the files leave it, and the session that runs them. A copy costs next to nothing: what doesn't
/// change is shared.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The session that runs the current file.
    pub session: Session,
    default_schema: Ident,
    created: Created,
    file: usize,
    tables: Map<TableName, Rc<Table>>,
    indexes: Map<TableName, Rc<Index>>,
    types: Map<Ident, Rc<TypeInfo>>,
    functions: Map<Ident, Function>,
    objects: Map<(ObjectKind, TableName), Born>,
    /// As things were at `BEGIN` and at each savepoint, for what rolls back.
    saved: Vec<(Option<Ident>, Rc<Schema>)>,
}

/// A function that the files declare.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Neither `IMMUTABLE` nor `STABLE`.
    pub volatile: bool,
    /// Its body changes the schema.
    pub changes_schema: bool,
}

fn shared<K: Ord + Clone, V: Clone>(known: &BTreeMap<K, V>) -> Map<K, Rc<V>> {
    known.iter().map(|(name, value)| (name.clone(), Rc::new(value.clone()))).collect()
}

impl Schema {
    /// What a catalog says, if one was read, and nothing else.
    pub fn new(options: &Options, snapshot: &Snapshot) -> Self {
        Self {
            session: Session::default(),
            default_schema: options.default_schema.clone(),
            created: options.created,
            file: 0,
            tables: shared(&snapshot.tables),
            indexes: shared(&snapshot.indexes),
            types: shared(&snapshot.types),
            functions: snapshot.functions.iter().map(|(name, function)| (name.clone(), *function)).collect(),
            objects: Map::new(),
            saved: Vec::new(),
        }
    }

    /// A new file begins, in a session of its own.
    pub fn start_file(&mut self, session: Session) {
        self.file += 1;
        self.saved.clear();
        self.session = session;
        let temporary = TableName::new(TEMPORARY, "")..TableName::new(AFTER_TEMPORARY, "");
        let gone = self.tables.range(temporary).map(|(name, _)| name.clone()).collect::<Vec<_>>();
        for name in &gone {
            self.tables.remove_mut(name);
        }
    }

    fn now(&self) -> Born {
        Born(Some(self.file))
    }

    /// Whether nobody else has seen it yet.
    pub fn is_new(&self, born: Born) -> bool {
        match self.created {
            Created::InFile => born.0 == Some(self.file),
            Created::InRun => born.0.is_some(),
        }
    }

    /// Whether the files declare the function, and how.
    pub fn function(&self, name: &Ident) -> Option<Function> {
        self.functions.get(name).copied()
    }

    /// A table, if a file speaks of it.
    pub fn table(&self, table: &TableRef) -> Option<&Table> {
        self.relation(&self.resolve(table))
    }

    /// The same by its full name.
    pub fn relation(&self, table: &TableName) -> Option<&Table> {
        self.tables.get(table).map(Rc::as_ref)
    }

    /// Every relation that files speak of.
    pub fn relations(&self) -> impl Iterator<Item = (&TableName, &Table)> {
        self.tables.iter().map(|(name, table)| (name, table.as_ref()))
    }

    /// A column, if a file speaks of it.
    pub fn column(&self, table: &TableRef, column: &Ident) -> Option<&Column> {
        self.table(table)?.columns.get(column)
    }

    /// A constraint, if a file speaks of it.
    pub fn constraint(&self, table: &TableRef, name: &Ident) -> Option<&Constraint> {
        self.table(table)?.constraints.get(name)
    }

    /// An index, if a file speaks of it.
    pub fn index(&self, index: &TableRef) -> Option<&Index> {
        self.indexes.get(&index.in_schema(&self.session_schema())).map(Rc::as_ref)
    }

    /// The indexes of a table that files speak of.
    pub fn indexes_of<'a>(
        &'a self,
        table: &'a TableName,
    ) -> impl Iterator<Item = (&'a TableName, &'a Index)> {
        self.indexes
            .iter()
            .map(|(name, index)| (name, index.as_ref()))
            .filter(move |(_, index)| index.table == *table)
    }

    /// A type, if a file makes it.
    pub fn type_info(&self, type_: &Ident) -> Option<&TypeInfo> {
        self.types.get(type_).map(Rc::as_ref)
    }

    /// Whether the object is new.
    pub fn object_is_new(&self, kind: ObjectKind, name: &TableRef) -> bool {
        let key = (kind, name.in_schema(&self.session_schema()));
        self.objects.get(&key).is_some_and(|born| self.is_new(*born))
    }

    /// Whether the table is new.
    pub fn table_is_new(&self, table: &TableName) -> bool {
        self.relation(table).is_some_and(|table| self.is_new(table.born))
    }

    /// Whether a valid constraint proves that the column has no NULL. `except` are constraints that go away in the
    /// same statement.
    pub fn proven_not_null(&self, table: &TableRef, column: &Ident, except: &[&Ident]) -> bool {
        let proves = |(name, constraint): (&Ident, &Constraint)| match &constraint.rule {
            ConstraintRule::Check { proves_not_null, .. } => {
                constraint.valid && proves_not_null.contains(column) && !except.contains(&name)
            }
            _ => false,
        };
        self.table(table).is_some_and(|table| table.constraints.iter().any(proves))
    }

    /// What stands below a type that is a domain; other types are their own.
    pub fn base_type(&self, type_: &Type) -> Type {
        match self.type_info(&type_.ident()).map(|info| &info.kind) {
            Some(TypeKind::Domain { base, .. }) => Type::parse(base),
            _ => type_.clone(),
        }
    }

    /// Whether a type is a domain with `CHECK` or `NOT NULL`: every row has to pass it.
    pub fn has_checks(&self, type_: &Type) -> bool {
        let info = self.type_info(&type_.ident());
        info.is_some_and(|info| matches!(info.kind, TypeKind::Domain { constrained: true, .. }))
    }

    /// Whether the files make this type (an enum, mostly): nothing turns into it, or it into anything, for free.
    pub fn is_made(&self, type_: &Type) -> bool {
        self.type_info(&type_.ident()).is_some_and(|info| info.kind == TypeKind::Other)
    }

    /// Where a name leads: temporary tables hide others of the same name.
    pub fn resolve(&self, table: &TableRef) -> TableName {
        match &table.schema {
            Some(schema) => TableName::new(schema.clone(), table.name.clone()),
            None => {
                let temporary = TableName::new(TEMPORARY, table.name.clone());
                if self.tables.contains_key(&temporary) {
                    temporary
                } else {
                    table.in_schema(&self.session_schema())
                }
            }
        }
    }

    /// Where unqualified names are made: the first schema of `search_path` that can be.
    fn session_schema(&self) -> Ident {
        let path = self.session.setting("search_path").unwrap_or_default();
        let first = path.iter().find(|schema| !["$user", "pg_catalog", ""].contains(&schema.as_str()));
        first.map_or_else(|| self.default_schema.clone(), |schema| Ident::new(schema.as_str()))
    }
}
