//! What the files read so far say about the database: a replay of the folder, statement by statement.
//!
//! Unless a catalog was read, nothing here is certain to be complete. A table that no file creates may well exist, so
//! that every question has three answers, and the rules ask for proof.

mod constraints;
mod indexes;
mod object;
mod objects;
mod publications;
mod replay;
mod session;
mod signature;
mod tables;
mod users;

use std::collections::BTreeMap;
use std::sync::Arc;

use rpds::{RedBlackTreeMapSync as Map, RedBlackTreeSetSync as Set};

pub use object::{Column, Constraint, ConstraintRule, CreatedIn, Index, Relation, Table, TypeInfo, TypeKind};
pub use objects::body;
pub use publications::{Publishes, Sent};
pub use session::{Block, Held, Session};
pub use signature::Signature;
pub use users::User;

use indexes::Indexes;

use super::snapshot::Snapshot;
use super::types::Type;
use super::uses::Uses;
use super::{Created, Options};
use crate::ident::{Ident, TableName};
use crate::migration::object::ObjectKind;
use crate::migration::operation::TableRef;

/// The schema that temporary tables live in.
const TEMPORARY: &str = "pg_temp";
/// The first name that sorts behind it.
const AFTER_TEMPORARY: &str = "pg_temp\0";
/// How many domains over domains are looked at.
const DOMAINS_DEEP: usize = 8;

/// The database as the files leave it, and the session that runs them. A copy costs next to nothing: what doesn't
/// change is shared.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The session that runs the current file.
    pub session: Session,
    default_schema: Ident,
    created: Created,
    file: usize,
    tables: Map<TableName, Arc<Table>>,
    indexes: Indexes,
    dropped_indexes: Set<TableName>,
    /// What the views read, materialized ones among them.
    views: Map<TableName, Arc<Uses>>,
    /// The tables that a view reads, or has read: a quick look for the many others.
    viewed: Set<TableName>,
    types: Map<Ident, Arc<TypeInfo>>,
    publications: Vec<Publishes>,
    functions: Map<Ident, Function>,
    signatures: Map<TableName, Vec<Signature>>,
    objects: Map<(ObjectKind, TableName), CreatedIn>,
    /// Views that the file has dropped so far, and their columns.
    dropped_views: Map<TableName, Vec<Ident>>,
    /// As things were at `BEGIN` and at each savepoint, for what rolls back.
    saved: Vec<(Option<Ident>, Arc<Schema>)>,
}

/// A function that the files declare.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Neither `IMMUTABLE` nor `STABLE`.
    pub volatile: bool,
    /// Its body changes the schema.
    pub changes_schema: bool,
    /// `RETURNS trigger`: nobody but a trigger calls it.
    pub for_triggers: bool,
}

fn shared<K: Ord + Clone, V: Clone>(known: &BTreeMap<K, V>) -> Map<K, Arc<V>> {
    known.iter().map(|(name, value)| (name.clone(), Arc::new(value.clone()))).collect()
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
            indexes: Indexes::of(&snapshot.indexes),
            dropped_indexes: Set::new_sync(),
            views: Map::new_sync(),
            viewed: Set::new_sync(),
            types: shared(&snapshot.types),
            publications: snapshot.publications.clone(),
            functions: snapshot.functions.iter().map(|(name, function)| (name.clone(), *function)).collect(),
            signatures: Map::new_sync(),
            objects: Map::new_sync(),
            dropped_views: Map::new_sync(),
            saved: Vec::new(),
        }
    }

    /// A new file begins, in a session of its own.
    pub fn start_file(&mut self, session: Session) {
        self.file += 1;
        self.saved.clear();
        self.dropped_views = Map::new_sync();
        self.session = session;
        for name in self.temporary_tables() {
            self.tables.remove_mut(&name);
        }
    }

    fn temporary_tables(&self) -> Vec<TableName> {
        let temporary = TableName::new(TEMPORARY, "")..TableName::new(AFTER_TEMPORARY, "");
        self.tables.range(temporary).map(|(name, _)| name.clone()).collect()
    }

    fn now(&self) -> CreatedIn {
        CreatedIn(Some(self.file))
    }

    /// Whether nobody else has seen it yet.
    pub fn is_new(&self, created_in: CreatedIn) -> bool {
        match self.created {
            Created::InFile => created_in.0 == Some(self.file),
            Created::InRun => created_in.0.is_some(),
        }
    }

    /// Whether the files declare the function, and how.
    pub fn function(&self, name: &Ident) -> Option<Function> {
        self.functions.get(name).copied()
    }

    /// The function that has these arguments, as a file declares it.
    pub fn signature(&self, name: &TableRef, like: &Signature) -> Option<&Signature> {
        let declared = self.signatures.get(&name.in_schema(&self.session_schema()))?;
        declared.iter().find(|known| known.types == like.types)
    }

    /// The columns of a view that the file has dropped.
    pub fn dropped_view(&self, name: &TableRef) -> Option<&Vec<Ident>> {
        self.dropped_views.get(&self.resolve(name))
    }

    /// A table, if a file speaks of it.
    pub fn table(&self, table: &TableRef) -> Option<&Table> {
        self.relation(&self.resolve(table))
    }

    /// The same by its full name.
    pub fn relation(&self, table: &TableName) -> Option<&Table> {
        self.tables.get(table).map(Arc::as_ref)
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
        self.indexes.get(&self.resolve_index(index)).map(Arc::as_ref)
    }

    /// Whether the files drop the index and don't recreate it.
    pub fn index_is_gone(&self, index: &TableRef) -> bool {
        let name = self.resolve_index(index);
        self.dropped_indexes.contains(&name) && !self.indexes.contains(&name)
    }

    /// The indexes of a table that files speak of.
    pub fn indexes_of<'a>(&'a self, table: &TableName) -> impl Iterator<Item = (&'a TableName, &'a Index)> {
        self.indexes.on(table).map(|(name, index)| (name, index.as_ref()))
    }

    /// A type, if a file makes it.
    pub fn type_info(&self, type_: &Ident) -> Option<&TypeInfo> {
        self.types.get(type_).map(Arc::as_ref)
    }

    /// Whether the object is new.
    pub fn object_is_new(&self, kind: ObjectKind, name: &TableRef) -> bool {
        let key = (kind, name.in_schema(&self.session_schema()));
        self.objects.get(&key).is_some_and(|created_in| self.is_new(*created_in))
    }

    /// Whether the table lives for one session only.
    pub fn is_temporary(&self, table: &TableName) -> bool {
        table.schema.as_str() == TEMPORARY
    }

    /// Whether the table is new, or temporary: nobody else ever sees such a one.
    pub fn table_is_new(&self, table: &TableName) -> bool {
        table.schema.as_str() == TEMPORARY
            || self.relation(table).is_some_and(|table| self.is_new(table.created_in))
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

    /// Whether a type is a domain with `CHECK` or `NOT NULL`, or has one below it: every row has to pass it. An array
    /// of such a domain is a type like any other.
    pub fn has_checks(&self, type_: &Type) -> bool {
        let mut below = type_.ident();
        // a domain that hides a built-in type has its own name below it: what is below is looked at a few times only
        for _ in 0..DOMAINS_DEEP {
            match self.type_info(&below).map(|info| &info.kind) {
                Some(TypeKind::Domain { constrained: true, .. }) => return !type_.array,
                Some(TypeKind::Domain { base, .. }) => below = Type::parse(base).ident(),
                _ => return false,
            }
        }
        false
    }

    /// Whether the files make this type (an enum, mostly): nothing turns into it, or it into anything, for free.
    pub fn is_made(&self, type_: &Type) -> bool {
        self.type_info(&type_.ident()).is_some_and(|info| info.kind == TypeKind::Other)
    }

    /// Whether a table is known to be partitioned.
    pub fn is_partitioned(&self, table: &TableName) -> bool {
        self.relation(table).is_some_and(|table| table.kind == Relation::Partitioned)
    }

    /// Whether a table is known, and known to be no partitioned one.
    pub fn is_plain(&self, table: &TableRef) -> bool {
        self.table(table).is_some_and(|table| table.complete && table.kind != Relation::Partitioned)
    }

    /// A full name as the files would write it: without the schema that unqualified names mean.
    pub fn written(&self, table: &TableName) -> TableRef {
        let implied = table.schema.as_str() == TEMPORARY || table.schema == self.session_schema();
        TableRef { schema: (!implied).then(|| table.schema.clone()), name: table.name.clone() }
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

    /// The same for an index.
    fn resolve_index(&self, index: &TableRef) -> TableName {
        let temporary = TableName::new(TEMPORARY, index.name.clone());
        match index.schema {
            None if self.indexes.contains(&temporary) => temporary,
            _ => index.in_schema(&self.session_schema()),
        }
    }

    /// Where unqualified names are made: the first schema of `search_path` that can be.
    fn session_schema(&self) -> Ident {
        let path = self.session.setting("search_path").unwrap_or_default();
        let first = path.iter().find(|schema| !["$user", "pg_catalog", ""].contains(&schema.as_str()));
        first.map_or_else(|| self.default_schema.clone(), |schema| Ident::new(schema.as_str()))
    }
}
