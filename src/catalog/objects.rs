//! The part of the snapshot that is not about tables: objects that migrations make, change or drop.

use super::View;
use crate::ident::Ident;

/// An object beside tables, and all that a way back needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    /// Its oid, unique among the objects of its kind.
    pub oid: u32,
    /// As `DROP` and `COMMENT ON` name it: `public.f(integer)`.
    pub identity: String,
    /// Its kind and name, from `pg_identify_object`: `view public.v`.
    pub described: String,
    /// Whether the connected role may change it.
    pub owned: bool,
    /// The comment.
    pub comment: Option<String>,
    /// What it belongs to and can't be dropped without: an extension, an identity column.
    pub part_of: Option<String>,
    /// What stands in the way of dropping it.
    pub dependents: Vec<Dependent>,
    /// Who may do what with it, defaults spelled out.
    pub privileges: Vec<Privilege>,
    /// An enum's values.
    pub labels: Vec<String>,
    /// The statement that makes it what it is, in the form `CREATE OR REPLACE`.
    pub replace: Option<String>,
    /// What a new object of that definition lacks: owner, privileges, comments, triggers.
    pub rest: Vec<String>,
    /// The views over a view, which go and come with it.
    pub views: Vec<View>,
    /// A sequence's options, all of them.
    pub options: Option<String>,
}

/// A function whose body is text that the server doesn't look into.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunctionBody {
    /// As PostgreSQL speaks of it: `function public.f(integer)`.
    pub identity: String,
    /// The body.
    pub source: String,
    /// The tables whose triggers call it.
    pub trigger_of: Vec<u32>,
}

/// The catalog that an object is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectClass {
    /// `pg_class`: tables, views, indexes, sequences.
    Relation,
    /// `pg_proc`
    Function,
    /// `pg_type`
    Type,
    /// `pg_constraint`
    Constraint,
    /// `pg_attrdef`: defaults, and the expressions of generated columns.
    Default,
    /// `pg_rewrite`: a view, or a rule.
    Rule,
    /// `pg_trigger`
    Trigger,
    /// `pg_policy`
    Policy,
    /// `pg_statistic_ext`
    Statistics,
    /// Any other.
    Other,
}

impl ObjectClass {
    /// From the catalog's name.
    pub fn of(catalog: &str) -> Self {
        match catalog {
            "pg_class" => Self::Relation,
            "pg_proc" => Self::Function,
            "pg_type" => Self::Type,
            "pg_constraint" => Self::Constraint,
            "pg_attrdef" => Self::Default,
            "pg_rewrite" => Self::Rule,
            "pg_trigger" => Self::Trigger,
            "pg_policy" => Self::Policy,
            "pg_statistic_ext" => Self::Statistics,
            _ => Self::Other,
        }
    }
}

/// What depends on an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependent {
    /// Its catalog.
    pub class: ObjectClass,
    /// Its oid; of a column, its table's.
    pub oid: u32,
    /// The column, if it is one.
    pub column: Option<Ident>,
    /// Its kind and name, from `pg_identify_object`: never translated.
    pub what: String,
}

/// A privilege that is held on an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Privilege {
    /// The role, or none for PUBLIC.
    pub grantee: Option<String>,
    /// `SELECT`, `EXECUTE` and so on.
    pub privilege: String,
    /// `WITH GRANT OPTION`
    pub grantable: bool,
    /// The column, when it is held on one alone.
    pub column: Option<Ident>,
}

/// What a table is set to, beside what its columns say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableSettings {
    /// As `REPLICA IDENTITY` takes it: `DEFAULT`, `USING INDEX i`.
    pub replica_identity: String,
    /// `ENABLE ROW LEVEL SECURITY`
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`
    pub forced_row_security: bool,
    /// Storage parameters: `fillfactor=70`, `toast.autovacuum_enabled=false`.
    pub options: Vec<(String, String)>,
}
