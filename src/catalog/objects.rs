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
    /// As PostgreSQL speaks of it: `view v`.
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

/// What depends on an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependent {
    /// Its oid; of a column, its table's.
    pub oid: u32,
    /// The column, if it is one.
    pub column: Option<Ident>,
    /// As PostgreSQL describes it.
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
