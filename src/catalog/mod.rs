//! A snapshot of the part of the system catalogs that planning needs. Plain data: `db::catalog` fills it from a
//! server, tests fill it by hand, the planner reads it.

mod apply;
mod database;
mod distribution;
mod fingerprint;
mod followers;
mod kinds;
mod objects;
mod partitions;
mod publications;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

pub use apply::apply;
pub(crate) use apply::made;
pub use database::Database;
pub use distribution::Distribution;
pub use fingerprint::{Difference, Extent, Fingerprint};
pub use followers::{ColumnTrigger, Policy, Sequence, Statistic, View};
pub use kinds::{ConstraintKind, Generated, Identity, RelationKind};
use serde::{Deserialize, Serialize};

use crate::ident::{Ident, TableName};
use crate::migration::expression::Call;
use crate::migration::object::{Naming, ObjectName, ObjectRef};
use crate::migration::operation::TableRef;
use crate::pg;
pub use objects::{Dependent, FunctionBody, Object, ObjectClass, Privilege, TableSettings};
pub use partitions::{Partition, Partitioning};
pub use publications::{Member, Publication, ReplicaIdentity};
pub use versions::{Mark, Version, VersionColumn, VersionView, make_views, version_schema};

/// What the server looked like when the snapshot was taken.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// `server_version_num / 10000`
    pub server_major: u32,
    /// The schema that unqualified names get.
    pub schema: String,
    /// The tables that were asked for and exist.
    pub tables: BTreeMap<TableName, Table>,
    /// Everything below those of them that are partitioned; and partitioned tables that refer to one of them, with all below.
    pub partitions: BTreeMap<TableName, Table>,
    /// Names of every relation in the schemas concerned: tables, views, indexes and sequences share one name space.
    pub relations: BTreeMap<TableName, RelationKind>,
    /// Indexes that belong to a constraint, with the constraint's name.
    pub constraint_indexes: BTreeMap<TableName, Ident>,
    /// The types that migrations name, by the text they are written with; unknown ones are absent.
    pub types: BTreeMap<String, TypeInfo>,
    /// Pairs of types, by [`TypeInfo::base`], of which the first is assigned to the second without USING. Known where one
    /// of the two is named by a migration.
    pub assignable: BTreeSet<(String, String)>,
    /// Whether the functions that defaults call may give another value at every call.
    pub volatile: BTreeMap<Call, bool>,
    /// The objects beside tables that migrations name and that exist.
    pub objects: BTreeMap<ObjectName, Object>,
    /// Functions that speak of tables or columns which the migrations drop or rename.
    pub functions: Vec<FunctionBody>,
    /// What the tables are set to.
    pub settings: BTreeMap<TableName, TableSettings>,
    /// Publications FOR ALL TABLES: midflight's own tables are among these.
    pub publications_of_all: Vec<Ident>,
    /// Version schemas of the configured schema, in their order.
    pub versions: Vec<Version>,
    /// The roles that may use the configured schema; none is PUBLIC.
    pub schema_users: Vec<Option<String>>,
    /// Whether the connected role may create schemas.
    pub creates_schemas: bool,
    /// Whether somebody reads what publications send: there is a logical replication slot for this database.
    pub has_subscribers: bool,
}

/// A type as the server reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeInfo {
    /// The server's own spelling without modifiers: `character varying`, `shop.status`.
    pub base: String,
    /// The same with modifiers, as `format_type` writes it: `numeric(10,2)`, `interval year`.
    pub spelling: String,
    /// Whether two values that `=` calls equal are always the same bytes. Not so for `numeric` (1.0 and 1.00),
    /// `citext`, floats, and text under a nondeterministic collation.
    pub equality_is_identity: bool,
    /// Whether the type is a domain; its constraints are checked on every value.
    pub domain: bool,
    /// Whether it is a domain with constraints, its own or of a domain below it: PostgreSQL rewrites a table to add a
    /// column of it.
    pub constrained: bool,
    /// Whether it is a domain that refuses NULL: an INSERT that leaves such a column out fails before any trigger runs.
    /// Known of columns.
    pub refuses_null: bool,
    /// The type below a domain.
    pub below: Option<Below>,
    /// Whether its values are rows, itself or below a domain: `IS NULL` means another thing of those.
    pub composite: bool,
    /// What the type gives to a column that has no default of its own.
    pub default: Option<String>,
    /// Whether that may be another value at every call.
    pub volatile_default: bool,
}

/// The type below a domain, and below the domains below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// Without modifiers.
    pub base: String,
    /// With them.
    pub spelling: String,
}

impl TypeInfo {
    /// One of the types of whole numbers: `integer`.
    pub fn whole(name: &str) -> Self {
        let name = name.to_owned();
        Self { base: name.clone(), spelling: name, equality_is_identity: true, ..Self::default() }
    }

    /// A type that holds the same values and checks nothing: the type itself, or the one below a domain with constraints.
    pub fn unchecked(&self) -> Self {
        match &self.below {
            Some(below) if self.constrained => Self {
                base: below.base.clone(),
                spelling: below.spelling.clone(),
                equality_is_identity: self.equality_is_identity,
                composite: self.composite,
                ..Self::default()
            },
            _ => self.clone(),
        }
    }
}

/// A table and everything that depends on it.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// `pg_class.oid`
    pub oid: u32,
    /// A table, a partitioned one, a view, a materialized view or a foreign table.
    pub kind: RelationKind,
    /// Whether it is a partition of another table.
    pub is_partition: bool,
    /// That other table, right above it.
    pub partition_of: Option<TableName>,
    /// Whether foreign keys refer to rows of it by way of the table above.
    pub referenced_from_above: bool,
    /// Whether other tables inherit from it.
    pub has_children: bool,
    /// `CREATE TABLE … OF type`: PostgreSQL gives it no further column.
    pub is_typed: bool,
    /// How its rows are spread over partitions, if they are.
    pub partitioning: Option<Partitioning>,
    /// Whether a new table has columns that its statement doesn't name: those of `LIKE`, a query or a parent.
    pub more_columns: bool,
    /// Attribute numbers that are in use for good: those of dropped columns are among them.
    pub attributes: i32,
    /// Columns by position, dropped ones left out.
    pub columns: Vec<Column>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Constraints of the table itself.
    pub constraints: Vec<Constraint>,
    /// Foreign keys of other tables that point here.
    pub referenced_by: Vec<Inbound>,
    /// The user's triggers.
    pub triggers: Vec<Trigger>,
    /// Views over it, those over other views included.
    pub views: Vec<View>,
    /// Extended statistics.
    pub statistics: Vec<Statistic>,
    /// Row-level security policies.
    pub policies: Vec<Policy>,
    /// Triggers that name columns.
    pub column_triggers: Vec<ColumnTrigger>,
    /// Sequences of its identity columns.
    pub sequences: Vec<Sequence>,
    /// What else depends on a column, by column name: what nobody can move.
    pub dependents: BTreeMap<Ident, Vec<Dependent>>,
    /// Defaults of other columns that count with the sequence of a column, by that column's name.
    pub sequence_users: BTreeMap<Ident, Vec<Dependent>>,
    /// Publications that send its changes.
    pub publications: Vec<Publication>,
    /// What subscribers are told of old rows.
    pub identity: ReplicaIdentity,
    /// Whether a partition with rows has nothing by which subscribers are told of old ones.
    pub has_partitions_without_identity: bool,
    /// Columns that store rows of this table.
    pub row_stored_in: Vec<String>,
    /// Functions that take or give rows of this table.
    pub row_functions: Vec<String>,
    /// `pg_class.reltuples`, or a guess from its size where it was never analysed.
    pub rows: f64,
    /// `pg_relation_size`, in bytes.
    pub bytes: i64,
    /// `pg_indexes_size`, in bytes.
    pub index_bytes: i64,
    /// `pg_class.relpages` would be an estimate; this is size / block size, exact.
    pub pages: i64,
    /// Its owner.
    pub owner: String,
    /// Whether the connected role owns the table (as a member of the owning role or as a superuser).
    pub owned: bool,
    /// The comment.
    pub comment: Option<String>,
    /// Privileges on it.
    pub grants: Vec<Grant>,
    /// `ENABLE ROW LEVEL SECURITY`
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`: the owner's own statements are filtered too.
    pub forced_row_security: bool,
    /// The connected role is a superuser or has `BYPASSRLS`.
    pub bypasses_row_security: bool,
    /// How Citus keeps it, if it does.
    pub distribution: Option<Distribution>,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// `format_type`: `numeric(10,2)`.
    pub type_: String,
    /// The same in parts.
    pub type_info: TypeInfo,
    /// `NOT NULL`
    pub not_null: bool,
    /// The default expression, unless the column is generated.
    pub default: Option<String>,
    /// Whether that default may give another value at every call (volatile functions, `nextval`).
    pub volatile_default: bool,
    /// `GENERATED … AS IDENTITY`
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`
    pub generated: Option<Generated>,
    /// The sequence it owns, if it does (`serial`).
    pub owned_sequence: Option<TableName>,
    /// The collation, when it is not the type's own.
    pub collation: Option<String>,
    /// The comment.
    pub comment: Option<String>,
    /// `SET STATISTICS`, when set.
    pub statistics: Option<i32>,
    /// `SET STORAGE`, when it differs from the type's own.
    pub storage: Option<String>,
    /// `SET COMPRESSION`, when set.
    pub compression: Option<String>,
    /// `SET (n_distinct = …)` and the like.
    pub options: Vec<String>,
    /// Whether the table has it from another one.
    pub inherited: bool,
    /// Privileges on the column itself: (grantee or none for PUBLIC, privilege, with grant option).
    pub grants: Vec<Grant>,
}

/// A privilege.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Grant {
    /// The role, or none for PUBLIC.
    pub grantee: Option<String>,
    /// `SELECT`, `UPDATE` and so on.
    pub privilege: String,
    /// `WITH GRANT OPTION`
    pub grantable: bool,
}

/// An index.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Its name.
    pub name: Ident,
    /// `pg_get_indexdef`
    pub definition: String,
    /// The columns it names, in any role: key, INCLUDE, expression or predicate.
    pub columns: Vec<Ident>,
    /// The table's column behind each column of the index itself; none for an expression.
    pub parts: Vec<Option<Ident>>,
    /// How many of them are the key; the others are INCLUDE columns.
    pub keys: usize,
    /// Whether it holds an expression.
    pub has_expressions: bool,
    /// `UNIQUE`
    pub unique: bool,
    /// `false` after a failed concurrent build.
    pub valid: bool,
    /// The constraint that owns it, if one does.
    pub constraint: Option<Ident>,
    /// The comment.
    pub comment: Option<String>,
    /// `REPLICA IDENTITY USING INDEX`
    pub replica_identity: bool,
    /// `CLUSTER ON`
    pub clustered: bool,
    /// Whether it is a part of an index of the table above, of which its own table is a partition.
    pub inherited: bool,
}

/// A constraint.
#[derive(Debug, Clone, Default)]
pub struct Constraint {
    /// Its name.
    pub name: Ident,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `pg_get_constraintdef`
    pub definition: String,
    /// The columns it names.
    pub columns: Vec<Ident>,
    /// The table that a foreign key points to.
    pub references: Option<TableName>,
    /// `false` while it is `NOT VALID`.
    pub validated: bool,
    /// `DEFERRABLE`
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`
    pub initially_deferred: bool,
    /// `NO INHERIT`
    pub no_inherit: bool,
    /// Whether another constraint owns it: that of the partitioned table above, or a foreign key to a partitioned table,
    /// which PostgreSQL spreads over keys to each partition. It comes and goes with that one.
    pub parent: bool,
    /// Whether that is one of the table above, of which this table is a partition.
    pub inherited: bool,
    /// What depends on the constraint itself: a view that groups by a key and shows other columns.
    pub needed_by: Vec<String>,
    /// The comment.
    pub comment: Option<String>,
}

/// A foreign key of another table.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The other table.
    pub table: TableName,
    /// The constraint's name there.
    pub constraint: Ident,
    /// The columns of this table it points to.
    pub columns: Vec<Ident>,
    /// `pg_get_constraintdef`
    pub definition: String,
    /// `false` while it is `NOT VALID`.
    pub validated: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// Whether the connected role owns the other table.
    pub owned: bool,
    /// Whether the other table is partitioned.
    pub partitioned: bool,
}

/// A trigger.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Its name.
    pub name: Ident,
    /// Whether it is a `BEFORE … FOR EACH ROW` trigger on UPDATE: it may change columns that no SET names.
    pub before_update_row: bool,
    /// Whether it is a `BEFORE … FOR EACH ROW` trigger on INSERT or UPDATE: what it changes is what is stored.
    pub before_row: bool,
    /// Whether the trigger is midflight's own.
    pub ours: bool,
    /// What it calls.
    pub function: TriggerFunction,
}

/// The function behind a trigger.
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerFunction {
    /// Its name, quoted where it has to be.
    pub name: String,
    /// Whether it is plpgsql, which keeps plans for a session's life.
    pub keeps_plans: bool,
    /// Whether the connected role owns it.
    pub owned: bool,
    /// `COST`
    pub cost: f32,
}

impl Catalog {
    /// The full name of a table as a migration writes it.
    pub fn resolve(&self, table: &TableRef) -> TableName {
        table.in_schema(&Ident::new(self.schema.as_str()))
    }

    /// The full name of an object as a migration writes it. A function may be named without its arguments where it is the
    /// only one of its name.
    pub fn object_name(&self, object: &ObjectRef) -> ObjectName {
        let name = object.in_schema(&Ident::new(self.schema.as_str()));
        if name.kind.naming() != Naming::Signature
            || name.arguments.is_some()
            || self.objects.contains_key(&name)
        {
            return name;
        }
        let mut alike =
            self.objects.keys().filter(|known| ObjectName { arguments: None, ..(*known).clone() } == name);
        match (alike.next(), alike.next()) {
            (Some(only), None) => only.clone(),
            _ => name,
        }
    }

    /// Whether PostgreSQL assigns a value of one type to a column of another without USING. What is not known is not
    /// assigned: a type that comes with the migration has no cast yet.
    pub fn assigns(&self, from: &TypeInfo, to: &TypeInfo) -> bool {
        from.base == to.base || self.assignable.contains(&(from.base.clone(), to.base.clone()))
    }

    /// Whether a function may give another value at every call. What nobody knows may.
    pub fn is_volatile(&self, function: &Call) -> bool {
        let grammar = || function.schema.is_none() && pg::functions::is_stable(function.name.as_str());
        self.volatile.get(function).copied().unwrap_or_else(|| !grammar())
    }
}

impl Constraint {
    /// The condition of a check.
    pub fn condition(&self) -> Option<&str> {
        let parts = self.definition.strip_prefix("CHECK (")?;
        parts.rfind(')').and_then(|end| parts.get(..end))
    }
}

impl Table {
    /// A column by name.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Whether all its columns are known: not those that `LIKE`, `AS` or a parent give to a new table.
    pub fn columns_known(&self) -> bool {
        self.oid != 0 || !self.columns.is_empty() && !self.more_columns
    }

    /// The primary key's columns, or those of a unique index on NOT NULL columns: what names a row in a report.
    pub fn key(&self) -> Vec<Ident> {
        let primary =
            self.constraints.iter().find(|constraint| constraint.kind == ConstraintKind::PrimaryKey);
        primary.map(|key| key.columns.clone()).unwrap_or_default()
    }

    /// Everything that PostgreSQL's own `DROP COLUMN` would refuse to drop a column for.
    pub fn dependents_of(&self, name: &TableName, column: &Ident) -> Vec<String> {
        let names = |columns: &[Ident]| columns.contains(column);
        let others = self.dependents.get(column).into_iter().flatten();
        let mut found: Vec<String> = others.map(|dependent| dependent.what.clone()).collect();
        found.extend(self.views.iter().filter(|view| names(&view.columns)).map(View::described));
        found.extend(
            self.policies
                .iter()
                .filter(|p| names(&p.columns))
                .map(|p| format!("policy {} on {name}", p.name)),
        );
        found.extend(
            self.column_triggers
                .iter()
                .filter(|t| names(&t.columns))
                .map(|t| format!("trigger {} on {name}", t.name)),
        );
        let one = std::slice::from_ref(column);
        let sent = self.publications.iter().filter(|publication| publication.names(one));
        found.extend(sent.map(|publication| format!("publication {}", publication.name)));
        let keys = self.referenced_by.iter().filter(|key| names(&key.columns));
        found.extend(
            keys.map(|key| format!("foreign key {} of table {}", key.constraint.as_str(), key.table)),
        );
        found
    }

    /// Whether a column is known to hold no NULL: by its own flag or by a validated check that says just that.
    pub fn proves_not_null(&self, column: &Ident) -> bool {
        let found = self.column(column);
        // Of a row, `IS NOT NULL` asks for more than the flag does.
        let composite = found.is_some_and(|found| found.type_info.composite);
        let plain = format!("CHECK (({}))", pg::null::given(column, composite));
        found.is_some_and(|found| found.not_null)
            || self.constraints.iter().any(|found| {
                found.kind == ConstraintKind::Check && found.validated && found.definition == plain
            })
    }
}

/// What a check of the catalog on resume has to find for a step to count as done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The index exists and is valid.
    IndexValid(TableName),
    /// No such index exists.
    IndexGone(TableName),
    /// The one is no partition of the other.
    Detached {
        /// What has partitions.
        table: TableName,
        /// What was one.
        partition: TableName,
    },
}
