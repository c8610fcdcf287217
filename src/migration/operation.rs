//! The one vocabulary of schema changes. SQL and YAML are both read into it; lint rules and the planner see
//! nothing else.
//!
//! The serde form of [`Operation`] is the YAML format: field names here are keys there.

pub use super::allow::{Allow, PUBLISHED_COLUMN};
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::change::{
    AddEnumValue, AddExclusion, AlterSequence, CommentOn, Privileges, RenameConstraint, RenameEnumValue,
    RenameIndex, SetStatistics, SetStorage, TableProperty,
};
pub use super::constraint::{AddCheck, AddForeignKey, AddKey, ConstraintTarget, CreateIndex, DropIndex};
use super::expression::Cast;
pub use super::expression::Expr;
pub use super::identity::{AddIdentity, DropGeneration, SetIdentity};
pub use super::object::{CreateObject, DropObject, ObjectKind, ObjectName, ObjectRef};
use super::source::{Located, Span};
use super::statement::Statement;
pub use super::table::{ColumnDef, ConstraintNames, CreateTable, DropTable, RenameTable};
pub use super::user_triggers::UserTriggers;
use crate::ident::{Ident, TableName};

/// A name in a migration and where it stands.
pub type Name = Located<Ident>;
/// A piece of SQL that is no expression, as written, and where it stands.
pub type SqlText = Located<String>;
/// A type, as written (`numeric(10,2)`), and where it stands.
pub type TypeText = Located<String>;

/// A table as a migration names it: the schema may be left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TableRef {
    /// The schema, when one is written.
    pub schema: Option<Ident>,
    /// The table's own name.
    pub name: Ident,
}

/// One change of the schema, as an ordinary `ALTER TABLE` or a YAML entry asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "a migration holds a handful of these; a box would only be in the way"
)]
pub enum Operation {
    /// `CREATE TABLE`
    CreateTable(CreateTable),
    /// `DROP TABLE`
    DropTable(DropTable),
    /// `ALTER TABLE … RENAME TO`
    RenameTable(RenameTable),
    /// `ALTER TABLE … ADD COLUMN`
    AddColumn(AddColumn),
    /// `ALTER TABLE … DROP COLUMN`
    DropColumn(DropColumn),
    /// `ALTER TABLE … RENAME COLUMN`
    RenameColumn(RenameColumn),
    /// `ALTER TABLE … ALTER COLUMN … TYPE`
    ChangeType(ChangeType),
    /// Columns computed from other columns: split, merge, recompute. YAML only.
    TransformColumns(TransformColumns),
    /// `ALTER TABLE … ALTER COLUMN … SET NOT NULL`
    SetNotNull(SetNotNull),
    /// `ALTER TABLE … ALTER COLUMN … DROP NOT NULL`
    DropNotNull(ColumnTarget),
    /// `ALTER TABLE … ALTER COLUMN … SET DEFAULT`
    SetDefault(SetDefault),
    /// `ALTER TABLE … ALTER COLUMN … DROP DEFAULT`
    DropDefault(ColumnTarget),
    /// `ALTER TABLE … ALTER COLUMN … ADD GENERATED … AS IDENTITY`
    AddIdentity(AddIdentity),
    /// `ALTER TABLE … ALTER COLUMN … SET GENERATED …` and the like
    SetIdentity(SetIdentity),
    /// `ALTER TABLE … ALTER COLUMN … DROP IDENTITY`
    DropIdentity(DropGeneration),
    /// `ALTER TABLE … ALTER COLUMN … DROP EXPRESSION`
    DropExpression(DropGeneration),
    /// `COMMENT ON TABLE` or `COMMENT ON COLUMN`
    SetComment(SetComment),
    /// `ALTER TABLE … ADD CHECK`
    AddCheck(AddCheck),
    /// `ALTER TABLE … ADD FOREIGN KEY`
    AddForeignKey(AddForeignKey),
    /// `ALTER TABLE … ADD UNIQUE`
    AddUnique(AddKey),
    /// `ALTER TABLE … ADD PRIMARY KEY`
    AddPrimaryKey(AddKey),
    /// `ALTER TABLE … VALIDATE CONSTRAINT`
    ValidateConstraint(ConstraintTarget),
    /// `ALTER TABLE … DROP CONSTRAINT`
    DropConstraint(ConstraintTarget),
    /// `CREATE INDEX`
    CreateIndex(CreateIndex),
    /// `DROP INDEX`
    DropIndex(DropIndex),
    /// `CREATE TYPE`
    CreateType(CreateObject),
    /// `CREATE DOMAIN`
    CreateDomain(CreateObject),
    /// `CREATE SCHEMA`
    CreateSchema(CreateObject),
    /// `CREATE EXTENSION`
    CreateExtension(CreateObject),
    /// `CREATE SEQUENCE`
    CreateSequence(CreateObject),
    /// `CREATE VIEW`
    CreateView(CreateObject),
    /// `CREATE MATERIALIZED VIEW`
    CreateMaterializedView(CreateObject),
    /// `CREATE FUNCTION`
    CreateFunction(CreateObject),
    /// `CREATE PROCEDURE`
    CreateProcedure(CreateObject),
    /// `CREATE TRIGGER`
    CreateTrigger(CreateObject),
    /// `CREATE POLICY`
    CreatePolicy(CreateObject),
    /// `CREATE STATISTICS`
    CreateStatistics(CreateObject),
    /// `DROP TYPE`
    DropType(DropObject),
    /// `DROP DOMAIN`
    DropDomain(DropObject),
    /// `DROP SCHEMA`
    DropSchema(DropObject),
    /// `DROP EXTENSION`
    DropExtension(DropObject),
    /// `DROP SEQUENCE`
    DropSequence(DropObject),
    /// `DROP VIEW`
    DropView(DropObject),
    /// `DROP MATERIALIZED VIEW`
    DropMaterializedView(DropObject),
    /// `DROP FUNCTION`
    DropFunction(DropObject),
    /// `DROP PROCEDURE`
    DropProcedure(DropObject),
    /// `DROP TRIGGER`
    DropTrigger(DropObject),
    /// `DROP POLICY`
    DropPolicy(DropObject),
    /// `DROP STATISTICS`
    DropStatistics(DropObject),
    /// `ALTER TYPE … ADD VALUE`
    AddEnumValue(AddEnumValue),
    /// `ALTER TYPE … RENAME VALUE`
    RenameEnumValue(RenameEnumValue),
    /// `ALTER TABLE … RENAME CONSTRAINT`
    RenameConstraint(RenameConstraint),
    /// `ALTER INDEX … RENAME TO`
    RenameIndex(RenameIndex),
    /// `ALTER TABLE … ADD EXCLUDE`
    AddExclusion(AddExclusion),
    /// `ALTER SEQUENCE`
    AlterSequence(AlterSequence),
    /// `COMMENT ON` anything but a table or column: `COMMENT ON VIEW`
    CommentOn(CommentOn),
    /// `GRANT … ON`
    Grant(Privileges),
    /// `REVOKE … ON`
    Revoke(Privileges),
    /// `ALTER TABLE … REPLICA IDENTITY`
    SetReplicaIdentity(TableProperty),
    /// `ALTER TABLE … ENABLE ROW LEVEL SECURITY`
    SetRowSecurity(TableProperty),
    /// `ALTER TABLE … SET (…)`
    SetStorageParameters(SetStorage),
    /// `ALTER TABLE … ALTER COLUMN … SET STATISTICS`
    SetStatistics(SetStatistics),
    /// SQL that the user has placed in a stage: YAML `sql:`, or a statement under `-- midflight: phase …`.
    Sql(PlacedSql),
    /// Valid SQL, but nothing that midflight models and nobody said where it goes. Comes from SQL files only;
    /// linted for what is known of it, never planned.
    #[serde(skip)]
    Unplaced(Unplaced),
}

/// A column to add. With `up`, rows that have no value yet get one, old releases' new rows included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: ColumnDef,
    /// The value for rows that were written without one, from the row's other columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Expr>,
    /// Accept a column that is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
    /// NULL counts as written while a row is pending: `nulls COLUMN written`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_written: bool,
}

/// `ALTER TABLE … DROP COLUMN`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// Accept that it is gone already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}

/// A column and its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnTarget {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
}

/// `ALTER TABLE … RENAME COLUMN`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// Its new name.
    pub to: Name,
    /// NULL counts as written while a row is pending: `nulls COLUMN written`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_written: bool,
}

/// `ALTER TABLE … ALTER COLUMN … TYPE`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeType {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// The new type.
    #[serde(rename = "type")]
    pub type_: TypeText,
    /// New value from the old row (`USING` in SQL). Left out: PostgreSQL's assignment cast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Expr>,
    /// Old value from the new row (`-- midflight: reverse`). Left out: the cast back, where it loses nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Expr>,
    /// The new name, where the same file renames the column as well: the planner folds the two.
    #[serde(skip)]
    pub rename_to: Option<Name>,
    /// What that rename says of NULL.
    #[serde(skip)]
    pub nulls_written: bool,
    /// A new collation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<SqlText>,
}

impl ChangeType {
    /// The type that `USING` casts the column to, where it does nothing else.
    pub fn cast(&self) -> Option<String> {
        match self.up.as_ref()?.plain_cast_of(&self.table.name, &self.column)? {
            Cast::To(type_) => Some(type_),
            Cast::Assigned => None,
        }
    }
}

/// New columns computed from old ones; the old ones go at contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformColumns {
    /// The table.
    pub table: Located<TableRef>,
    /// The columns that go at contract.
    pub from: Vec<Name>,
    /// The columns that come.
    pub to: Vec<NewColumn>,
    /// One expression for each new column, over the old row.
    pub up: BTreeMap<Ident, Expr>,
    /// One expression for each old column, over the new row.
    pub down: BTreeMap<Ident, Expr>,
}

/// A column that [`TransformColumns`] makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewColumn {
    /// Its name.
    pub name: Name,
    /// Its type.
    #[serde(rename = "type")]
    pub type_: TypeText,
    /// `NOT NULL`, enforced once every row has a value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_null: bool,
    /// `DEFAULT`, set at contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    /// NULL counts as written while a row is pending: `nulls COLUMN written`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_written: bool,
}

/// `ALTER TABLE … ALTER COLUMN … SET NOT NULL`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetNotNull {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// The value that takes the place of NULL. Left out: rows with NULL stop the migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Expr>,
}

/// `ALTER TABLE … ALTER COLUMN … SET DEFAULT`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    /// The table.
    pub table: Located<TableRef>,
    /// The column.
    pub column: Name,
    /// The new default.
    pub default: Expr,
}

/// `COMMENT ON TABLE` or, with a column, `COMMENT ON COLUMN`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetComment {
    /// The table.
    pub table: Located<TableRef>,
    /// The column, unless the comment is the table's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    /// The text; `null` removes it, so it can't be left out.
    #[serde(deserialize_with = "Option::deserialize")]
    pub comment: Option<String>,
}

/// SQL with a place. Each part is one or more statements.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacedSql {
    /// Runs in expand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expand: Option<SqlText>,
    /// Changes of rows, which run where they belong by what they do: what `UPDATE`, `DELETE` and `INSERT` of an SQL file are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<SqlText>,
    /// Changes of rows that run in backfill, after its conversions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backfill: Option<SqlText>,
    /// Runs in contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<SqlText>,
    /// Undoes `expand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<SqlText>,
}

/// A statement outside the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct Unplaced {
    /// The statement, as written.
    pub sql: String,
    /// Its leading keywords, for messages: `REFRESH MATERIALIZED VIEW`.
    pub head: String,
    /// What it acts on, when that could be told.
    pub target: Option<Located<TableRef>>,
    /// Whether the statement was recognised (its kind and target are known), as opposed to unreadable.
    pub recognised: bool,
    /// For an unreadable statement: what the parser said.
    pub error: Option<String>,
    /// What it does, as far as that matters to a linter.
    pub statement: Statement,
}

/// An operation where it stands in a file, with what its directives say.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is asked for.
    pub operation: Operation,
    /// The part of the file that asks for it: the `ALTER TABLE` action, the statement, or the YAML entry.
    pub span: Span,
    /// The statement it belongs to; several actions of one `ALTER TABLE` share it. Counts from 0.
    pub statement: usize,
    /// What has to be there, or it does nothing: `ALTER TABLE IF EXISTS`.
    pub if_exists: Option<TableRef>,
    /// Findings that the file silences here, with the reasons given.
    pub allows: Vec<Allow>,
    /// What becomes of the user's triggers on its tables.
    pub triggers: Option<UserTriggers>,
}

impl TableRef {
    /// A table without a schema.
    pub fn bare(name: impl Into<Ident>) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// The full name, with the schema that unqualified names get.
    pub fn in_schema(&self, default: &Ident) -> TableName {
        TableName::new(self.schema.clone().unwrap_or_else(|| default.clone()), self.name.clone())
    }
}

impl From<Ident> for TableRef {
    fn from(name: Ident) -> Self {
        Self::bare(name)
    }
}

impl fmt::Display for TableRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        self.name.fmt(f)
    }
}

impl Serialize for TableRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.schema {
            Some(schema) => {
                serializer.collect_str(&format_args!("{}.{}", schema.as_str(), self.name.as_str()))
            }
            None => serializer.serialize_str(self.name.as_str()),
        }
    }
}

/// In YAML `shop.orders` is a schema and a table; names are taken as they stand, upper case included.
impl<'de> Deserialize<'de> for TableRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        Ok(match written.split_once('.') {
            Some((schema, name)) => Self { schema: Some(Ident::new(schema)), name: Ident::new(name) },
            None => Self::bare(Ident::new(written)),
        })
    }
}

/// For serde: a flag that is not set is not written.
pub(super) fn is_false(value: &bool) -> bool {
    !*value
}

impl Operation {
    /// The table it drops or renames, or whose columns it does: names that end with contract.
    pub fn names_gone(&self) -> Option<(&TableRef, Vec<&Ident>)> {
        match self {
            Self::DropTable(op) => Some((&op.table, Vec::new())),
            Self::RenameTable(op) => Some((&op.table, Vec::new())),
            Self::DropColumn(op) => Some((&op.table, vec![&op.column])),
            Self::RenameColumn(op) => Some((&op.table, vec![&op.column])),
            Self::TransformColumns(op) => Some((&op.table, op.from.iter().map(|name| &name.value).collect())),
            _ => None,
        }
    }

    /// The default that it gives to a column of a table which is there.
    pub fn default_of_column(&self) -> Option<&Expr> {
        match self {
            Self::AddColumn(op) => op.column.default.as_ref(),
            _ => None,
        }
    }

    /// The types it names, that of a cast in `USING` included.
    pub fn types(&self) -> Vec<String> {
        match self {
            Self::AddColumn(op) => vec![op.column.type_.value.clone()],
            Self::ChangeType(op) => op.cast().into_iter().chain([op.type_.value.clone()]).collect(),
            Self::TransformColumns(op) => op.to.iter().map(|column| column.type_.value.clone()).collect(),
            // What a file speaks of by its new name has the old one until contract.
            Self::Unplaced(Unplaced {
                statement: Statement::Rename { kind: ObjectKind::Type | ObjectKind::Domain, name, .. },
                ..
            }) => vec![name.value.to_string()],
            _ => Vec::new(),
        }
    }
}
