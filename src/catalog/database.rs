//! Which database this is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A database of a cluster. A physical copy, a standby or a restored base backup is the same one; a restored dump and an
/// upgraded cluster are others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Database {
    /// The cluster's, made by `initdb`; none where the role may not read it.
    pub system_identifier: Option<String>,
    /// `pg_database.oid`
    pub oid: i64,
    /// Its name, for people: it may change.
    pub name: String,
}

impl PartialEq for Database {
    fn eq(&self, other: &Self) -> bool {
        let known = self.system_identifier.is_some() && other.system_identifier.is_some();
        self.oid == other.oid && (!known || self.system_identifier == other.system_identifier)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identifier = self.system_identifier.as_deref().unwrap_or("unknown");
        write!(
            f,
            "database `{}` (OID {}) of the cluster with system identifier {identifier}",
            self.name, self.oid
        )
    }
}
