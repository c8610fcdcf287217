//! Where the names of a statement belong while it is tried.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, TableName};
use crate::migration;

/// The schemas of the copies.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The schema of the copies for each schema of the application.
    pub schemas: BTreeMap<Ident, Ident>,
    /// What has no copy, and stays what it is: functions, types and the like that no statement changes.
    pub real: BTreeSet<TableName>,
}

impl Names {
    /// A statement about the copies. Unqualified names find them by the `search_path`.
    pub fn moved(&self, sql: &str) -> String {
        migration::moved(sql, &|schema, name| {
            let to = self.schemas.get(schema)?;
            let stays = self.real.contains(&TableName::new(schema.clone(), name.clone()));
            (!stays).then(|| to.clone())
        })
    }

    /// What is dropped makes room for another of its name.
    pub fn forget(&mut self, dropped: &[TableName]) {
        self.real.retain(|name| !dropped.contains(name));
    }
}
