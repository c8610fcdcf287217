//! Changes of objects that stay: new values, names, owners of privileges, settings.

use serde::{Deserialize, Serialize};

use super::operation::{Name, SqlText, TableRef, is_false};
use super::source::Located;

/// `ALTER TYPE … ADD VALUE`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddEnumValue {
    /// The enum.
    #[serde(rename = "type")]
    pub type_: Located<TableRef>,
    /// The new value.
    pub value: String,
    /// The value it stands before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value it stands after; left out, it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Accept a value that is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
}

/// `ALTER TYPE … RENAME VALUE`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameEnumValue {
    /// The enum.
    #[serde(rename = "type")]
    pub type_: Located<TableRef>,
    /// The value.
    pub value: String,
    /// What it is to be called.
    pub to: String,
}

/// `ALTER TABLE … RENAME CONSTRAINT`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameConstraint {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint.
    pub name: Name,
    /// Its new name.
    pub to: Name,
}

/// `ALTER INDEX … RENAME TO`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameIndex {
    /// The index.
    pub index: Located<TableRef>,
    /// Its new name.
    pub to: Name,
    /// Accept that it doesn't exist.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
}

/// `ALTER TABLE … ADD EXCLUDE`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddExclusion {
    /// The table.
    pub table: Located<TableRef>,
    /// The constraint's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Everything after `EXCLUDE`, as SQL writes it: `USING gist (room WITH =, during WITH &&)`.
    pub exclude: SqlText,
}

/// `ALTER SEQUENCE`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlterSequence {
    /// The sequence.
    pub name: Located<TableRef>,
    /// The new options, as SQL writes them.
    pub options: SqlText,
    /// Accept that it doesn't exist.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
}

/// `COMMENT ON` anything but a table or column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentOn {
    /// The object, as SQL writes it: `FUNCTION total(int)`.
    pub object: SqlText,
    /// The text; `null` removes it, so it can't be left out.
    #[serde(deserialize_with = "Option::deserialize")]
    pub comment: Option<String>,
}

/// `GRANT` or `REVOKE` of privileges on objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privileges {
    /// The privileges, as SQL writes them: `SELECT, UPDATE (price)`.
    pub privileges: SqlText,
    /// On what, as SQL writes it: `orders`, `FUNCTION total(int)`.
    pub on: SqlText,
    /// The roles.
    pub roles: Vec<SqlText>,
    /// `WITH GRANT OPTION`, or `GRANT OPTION FOR` of a revoke.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grant_option: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}

/// A property of a table, as SQL writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableProperty {
    /// The table.
    pub table: Located<TableRef>,
    /// What it is to be: `FULL` or `USING INDEX i` of a replica identity, `ENABLE` or `FORCE` of row-level security.
    pub to: SqlText,
}

/// `ALTER TABLE … SET (…)` or `RESET (…)`, of the table or of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetStorage {
    /// The table.
    pub table: Located<TableRef>,
    /// The column, unless the parameters are the table's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    /// Parameters to set: `fillfactor = 70`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SqlText>,
    /// Parameters to put back to their defaults.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reset: Vec<SqlText>,
}

/// `ALTER TABLE … ALTER COLUMN … SET STATISTICS`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetStatistics {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// The target; -1 is the server's own.
    pub statistics: i32,
}
