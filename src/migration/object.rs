//! Objects beside tables: types, views, functions and the like. They all live the same life (made, described,
//! dropped), so one table says how each kind is called, and two structs hold what a migration says of any of them.

use serde::{Deserialize, Serialize};

use super::operation::{Operation, SqlText, TableRef, is_false};
use super::source::Located;
use super::statement::Statement;
use crate::ident::{Ident, TableName};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// Enum, composite, range or base type.
    Type,
    /// Domain.
    Domain,
    /// Schema.
    Schema,
    /// Extension.
    Extension,
    /// Sequence.
    Sequence,
    /// View.
    View,
    /// Materialized view.
    MaterializedView,
    /// Function.
    Function,
    /// Procedure.
    Procedure,
    /// Trigger.
    Trigger,
    /// Row-level security policy.
    Policy,
    /// Extended statistics.
    Statistics,
    /// Table; has operations of its own.
    Table,
    /// Index; has operations of its own.
    Index,
    /// Constraint of a table; has operations of its own.
    Constraint,
}

/// How objects of a kind are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// A name without a schema.
    Bare,
    /// A name in a schema.
    Qualified,
    /// The same with argument types.
    Signature,
    /// A name on a table.
    OnTable,
}

impl ObjectKind {
    /// Every kind, longer keywords first.
    pub const ALL: [Self; 15] = [
        Self::MaterializedView,
        Self::View,
        Self::Type,
        Self::Domain,
        Self::Schema,
        Self::Extension,
        Self::Sequence,
        Self::Function,
        Self::Procedure,
        Self::Trigger,
        Self::Policy,
        Self::Statistics,
        Self::Table,
        Self::Index,
        Self::Constraint,
    ];

    /// Its SQL keywords, and how it is named.
    const fn facts(self) -> (&'static str, Naming) {
        match self {
            Self::Type => ("TYPE", Naming::Qualified),
            Self::Domain => ("DOMAIN", Naming::Qualified),
            Self::Schema => ("SCHEMA", Naming::Bare),
            Self::Extension => ("EXTENSION", Naming::Bare),
            Self::Sequence => ("SEQUENCE", Naming::Qualified),
            Self::View => ("VIEW", Naming::Qualified),
            Self::MaterializedView => ("MATERIALIZED VIEW", Naming::Qualified),
            Self::Function => ("FUNCTION", Naming::Signature),
            Self::Procedure => ("PROCEDURE", Naming::Signature),
            Self::Trigger => ("TRIGGER", Naming::OnTable),
            Self::Policy => ("POLICY", Naming::OnTable),
            Self::Statistics => ("STATISTICS", Naming::Qualified),
            Self::Table => ("TABLE", Naming::Qualified),
            Self::Index => ("INDEX", Naming::Qualified),
            Self::Constraint => ("CONSTRAINT", Naming::OnTable),
        }
    }

    /// Its SQL keywords: `MATERIALIZED VIEW`.
    pub const fn keywords(self) -> &'static str {
        self.facts().0
    }

    /// How it is named.
    pub const fn naming(self) -> Naming {
        self.facts().1
    }

    /// Whether tables, indexes and sequences share its name space.
    pub const fn is_relation(self) -> bool {
        matches!(self, Self::Sequence | Self::View | Self::MaterializedView | Self::Table | Self::Index)
    }

    /// Whether PostgreSQL knows `CREATE OR REPLACE` for it.
    pub const fn is_replaceable(self) -> bool {
        matches!(self, Self::View | Self::Function | Self::Procedure | Self::Trigger)
    }

    /// Whether PostgreSQL knows `CREATE … IF NOT EXISTS` for it.
    pub const fn takes_if_not_exists(self) -> bool {
        matches!(
            self,
            Self::Schema | Self::Extension | Self::Sequence | Self::MaterializedView | Self::Statistics
        )
    }

    /// What people call it.
    pub fn noun(self) -> String {
        self.keywords().to_lowercase()
    }
}

/// `CREATE` of an object.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateObject {
    /// Its name.
    pub name: Located<TableRef>,
    /// A function's arguments, as SQL writes them, defaults included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<SqlText>>,
    /// When a trigger fires: `BEFORE INSERT OR UPDATE OF price`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fires: Option<SqlText>,
    /// The table of a trigger or policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Located<TableRef>>,
    /// Everything that follows, as SQL writes it: `AS ENUM ('a', 'b')`, `AS SELECT …`, `RETURNS int LANGUAGE sql …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<SqlText>,
    /// A word before the kind: `RECURSIVE` of a view, `CONSTRAINT` of a trigger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifier: Option<SqlText>,
    /// `OR REPLACE`
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_replace: bool,
    /// Accept an object that is there already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_not_exists: bool,
}

/// `DROP` of an object.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropObject {
    /// Its name.
    pub name: Located<TableRef>,
    /// A function's argument types; left out where there is only one function of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<SqlText>>,
    /// The table of a trigger or policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Located<TableRef>>,
    /// Accept that it is gone already.
    #[serde(default, skip_serializing_if = "is_false")]
    pub if_exists: bool,
    /// `CASCADE`
    #[serde(skip)]
    pub cascade: bool,
}

/// An object as a migration names it.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectRef {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: TableRef,
    /// A function's arguments, as written.
    pub arguments: Option<Vec<String>>,
    /// The table it belongs to.
    pub table: Option<TableRef>,
}

/// The same with every schema filled in; the key of the catalog snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// What it is.
    pub kind: ObjectKind,
    /// The schema; of what has none, the empty name.
    pub schema: Ident,
    /// The name.
    pub name: Ident,
    /// The types of a function's arguments.
    pub arguments: Option<Vec<String>>,
    /// The table it belongs to.
    pub table: Option<TableName>,
}

impl ObjectRef {
    /// An object without arguments or table.
    pub fn plain(kind: ObjectKind, name: &TableRef) -> Self {
        Self { kind, name: name.clone(), arguments: None, table: None }
    }

    /// Fills in the schema that unqualified names get.
    pub fn in_schema(&self, default: &Ident) -> ObjectName {
        let full = self.name.in_schema(default);
        let schema = match self.kind.naming() {
            Naming::Qualified | Naming::Signature => full.schema,
            Naming::Bare | Naming::OnTable => Ident::default(),
        };
        ObjectName {
            kind: self.kind,
            schema,
            name: full.name,
            arguments: self.arguments.as_deref().map(identity),
            table: self.table.as_ref().map(|table| table.in_schema(default)),
        }
    }
}

/// The arguments that tell functions of one name apart, each by its type alone: a file may write them in many ways.
fn identity(written: &[String]) -> Vec<String> {
    let arguments = written.iter().map(|argument| super::sql::Argument::read(argument));
    arguments.filter(|argument| !argument.output).map(|argument| argument.canonical_type()).collect()
}

impl ObjectName {
    /// Its name as SQL writes it, without arguments and table.
    pub fn bare(&self) -> String {
        match self.kind.naming() {
            Naming::Bare | Naming::OnTable => self.name.to_string(),
            Naming::Qualified | Naming::Signature => {
                TableName::new(self.schema.clone(), self.name.clone()).to_string()
            }
        }
    }

    /// Its name as `DROP` and `COMMENT ON` write it: `s.f(a integer)`, `g ON s.t`.
    pub fn sql(&self) -> String {
        let mut sql = self.bare();
        if let Some(arguments) = &self.arguments {
            sql.push_str(&format!("({})", arguments.join(", ")));
        }
        if let Some(table) = &self.table {
            sql.push_str(&format!(" ON {table}"));
        }
        sql
    }
}

impl CreateObject {
    /// The statement, with names in full.
    pub fn sql(&self, name: &ObjectName) -> String {
        let text = |part: &Option<SqlText>| part.as_ref().map(|part| part.value.clone());
        let arguments = self
            .arguments
            .as_ref()
            .map(|list| format!("({})", list.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")));
        let no_arguments = (name.kind.naming() == Naming::Signature).then(|| "()".to_owned());
        let parts = [
            Some("CREATE".to_owned()),
            self.or_replace.then(|| "OR REPLACE".to_owned()),
            text(&self.modifier),
            Some(name.kind.keywords().to_owned()),
            Some(format!("{}{}", name.bare(), arguments.or(no_arguments).unwrap_or_default())),
            text(&self.fires),
            name.table.as_ref().map(|table| format!("ON {table}")),
            text(&self.definition),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// One line a kind: the operations that make and drop it.
macro_rules! objects {
    ($($kind:ident $create:ident $drop:ident)*) => {
        impl Operation {
            /// The object it makes, when that is all it does.
            pub fn created(&self) -> Option<(ObjectKind, &CreateObject)> {
                match self {
                    $(Self::$create(op) => Some((ObjectKind::$kind, op)),)*
                    _ => None,
                }
            }

            /// The object it drops.
            pub fn dropped(&self) -> Option<(ObjectKind, &DropObject)> {
                match self {
                    $(Self::$drop(op) => Some((ObjectKind::$kind, op)),)*
                    _ => None,
                }
            }
        }

        impl ObjectKind {
            /// The operation that makes such an object; none for kinds with an operation of their own.
            pub fn create(self, op: CreateObject) -> Option<Operation> {
                match self {
                    $(Self::$kind => Some(Operation::$create(op)),)*
                    _ => None,
                }
            }

            /// The operation that drops such an object.
            pub fn drop(self, op: DropObject) -> Option<Operation> {
                match self {
                    $(Self::$kind => Some(Operation::$drop(op)),)*
                    _ => None,
                }
            }
        }
    };
}

objects! {
    Type CreateType DropType
    Domain CreateDomain DropDomain
    Schema CreateSchema DropSchema
    Extension CreateExtension DropExtension
    Sequence CreateSequence DropSequence
    View CreateView DropView
    MaterializedView CreateMaterializedView DropMaterializedView
    Function CreateFunction DropFunction
    Procedure CreateProcedure DropProcedure
    Trigger CreateTrigger DropTrigger
    Policy CreatePolicy DropPolicy
    Statistics CreateStatistics DropStatistics
}

impl Operation {
    /// The objects it speaks of, for the catalog snapshot.
    pub fn objects(&self) -> Vec<ObjectRef> {
        let plain = |kind, name: &TableRef| vec![ObjectRef::plain(kind, name)];
        if let Some((kind, op)) = self.created() {
            return vec![reference(kind, &op.name, op.arguments.as_deref(), op.table.as_ref())];
        }
        if let Some((kind, op)) = self.dropped() {
            return vec![reference(kind, &op.name, op.arguments.as_deref(), op.table.as_ref())];
        }
        match self {
            Self::AddEnumValue(op) => plain(ObjectKind::Type, &op.type_),
            Self::RenameEnumValue(op) => plain(ObjectKind::Type, &op.type_),
            Self::AlterSequence(op) => plain(ObjectKind::Sequence, &op.name),
            Self::RenameIndex(op) => plain(ObjectKind::Index, &op.index),
            Self::CommentOn(op) => super::sql::object(&op.object).into_iter().collect(),
            Self::Grant(op) | Self::Revoke(op) => super::sql::objects(&op.on).unwrap_or_default(),
            Self::Unplaced(op) => renamed(&op.statement),
            // `ALTER TABLE` renames these too.
            Self::RenameTable(op) => [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Sequence]
                .into_iter()
                .flat_map(|kind| plain(kind, &op.table))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The relations among its objects and their tables.
    pub(super) fn object_tables(&self) -> Vec<&TableRef> {
        let parts = self.created().map(|(kind, op)| (kind, &op.name, &op.table));
        let parts = parts.or_else(|| self.dropped().map(|(kind, op)| (kind, &op.name, &op.table)));
        let Some((kind, name, table)) = parts else { return Vec::new() };
        let own = kind.is_relation().then_some(&name.value);
        own.into_iter().chain(table.as_ref().map(|table| &table.value)).collect()
    }

    /// The statement that makes or drops an object, with names as the file has them: for the linter.
    pub fn object_sql(&self) -> Option<String> {
        let quoted = |name: &TableRef| name.to_string();
        if let Some((kind, op)) = self.created() {
            let definition = op.definition.as_ref().map(|text| text.value.as_str()).unwrap_or_default();
            let exists = if op.if_not_exists { "IF NOT EXISTS " } else { "" };
            return Some(format!("CREATE {} {exists}{} {definition}", kind.keywords(), quoted(&op.name)));
        }
        let (kind, op) = self.dropped()?;
        Some(format!("DROP {} {}", kind.keywords(), quoted(&op.name)))
    }
}

/// What a rename or a move is about, under both names.
fn renamed(statement: &Statement) -> Vec<ObjectRef> {
    if let Statement::SetSchema { kind, name, to } = statement {
        let from = ObjectRef::plain(*kind, name);
        let moved = TableRef { schema: Some(to.value.clone()), name: name.name.clone() };
        let schema = ObjectRef::plain(ObjectKind::Schema, &TableRef::bare(to.value.clone()));
        return vec![from, ObjectRef::plain(*kind, &moved), schema];
    }
    let Statement::Rename { kind, name, table, part: None, to } = statement else { return Vec::new() };
    let table = table.as_ref().map(|table| table.value.clone());
    let from = ObjectRef { table, ..ObjectRef::plain(*kind, name) };
    let to = ObjectRef { name: TableRef { name: to.value.clone(), ..from.name.clone() }, ..from.clone() };
    vec![from, to]
}

/// The object that an operation's fields name.
fn reference(
    kind: ObjectKind,
    name: &TableRef,
    arguments: Option<&[SqlText]>,
    table: Option<&Located<TableRef>>,
) -> ObjectRef {
    let arguments = arguments.map(|list| list.iter().map(|one| one.value.clone()).collect());
    ObjectRef { kind, name: name.clone(), arguments, table: table.map(|table| table.value.clone()) }
}

impl CreateObject {
    /// What it makes.
    pub fn object(&self, kind: ObjectKind) -> ObjectRef {
        let none = (kind.naming() == Naming::Signature).then(Vec::new);
        let made = reference(kind, &self.name, self.arguments.as_deref(), self.table.as_ref());
        ObjectRef { arguments: made.arguments.or(none), ..made }
    }
}

impl DropObject {
    /// What it drops.
    pub fn object(&self, kind: ObjectKind) -> ObjectRef {
        reference(kind, &self.name, self.arguments.as_deref(), self.table.as_ref())
    }
}
