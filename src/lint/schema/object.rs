//! What the files say of tables and of what depends on them.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, TableName};
use crate::lint::snapshot::Size;
use crate::lint::types::Type;
use crate::migration::expression::Expr;
use crate::migration::index_key::IndexKey;
use crate::migration::mentions;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{ColumnDef, TableRef};
use crate::pg::naming;

/// The file that made something; none where it was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CreatedIn(pub(super) Option<usize>);

/// A table, view or materialized view.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Which file made it.
    pub created_in: CreatedIn,
    /// Which file split it from its partitioned parent.
    pub detached: CreatedIn,
    /// What it is.
    pub kind: Relation,
    /// The partitioned table that it belongs to.
    pub partition_of: Option<TableName>,
    /// Of a partitioned table: what follows `PARTITION BY`, as written.
    pub partition_key: Option<String>,
    /// Of a materialized view: nobody can read it before the first REFRESH.
    pub unreadable: bool,
    /// Of a partitioned table: its default partition.
    pub default_partition: Option<TableName>,
    /// The columns that files speak of.
    pub columns: BTreeMap<Ident, Column>,
    /// Its constraints, as far as files speak of them.
    pub constraints: BTreeMap<Ident, Constraint>,
    /// Whether files make a row-level security policy for it.
    pub policies: BTreeSet<Ident>,
    /// Its policies and triggers that files make, and the columns that they can't do without.
    pub users: BTreeMap<(ObjectKind, TableRef), BTreeSet<Ident>>,
    /// `ON COMMIT DROP`
    pub drops_at_commit: bool,
    /// Whether all of its columns are known.
    pub complete: bool,
    /// How large it is, where a catalog told.
    pub size: Option<Size>,
    /// Of a view: its columns in order, where its definition tells.
    pub outputs: Option<Vec<Ident>>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// A table, or nobody knows better.
    #[default]
    Table,
    /// A partitioned table.
    Partitioned,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// Its type, as written last.
    pub type_: Option<String>,
    /// Known to be NOT NULL.
    pub not_null: bool,
    /// Whether rows that are written without it get a value.
    pub default: bool,
    /// What follows `GENERATED`, where it is computed from other columns.
    pub computed: Option<String>,
    /// Whether rows got a value for it: from its default, or from an UPDATE since.
    pub filled: bool,
    /// Which file made it.
    pub created_in: CreatedIn,
}

/// A constraint.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// What it says.
    pub rule: ConstraintRule,
    /// Whether every row is known to meet it.
    pub valid: bool,
    /// Which file made it.
    pub created_in: CreatedIn,
}

/// What a constraint says.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintRule {
    /// `CHECK`, or a NOT NULL with a name of its own.
    Check {
        /// The condition; empty for a NOT NULL, which is no CHECK but proves as much.
        condition: Expr,
        /// The columns that it proves to hold no NULL.
        proves_not_null: BTreeSet<Ident>,
    },
    /// `FOREIGN KEY`
    ForeignKey {
        /// The columns that refer.
        columns: Vec<Ident>,
        /// The table they refer to.
        references: TableName,
    },
    /// `UNIQUE` and its columns.
    Unique(Vec<Ident>),
    /// `PRIMARY KEY` and its columns.
    PrimaryKey(Vec<Ident>),
    /// `EXCLUDE`
    Exclusion,
}

impl ConstraintRule {
    pub(super) fn rename(&mut self, old: &Ident, new: &Ident) {
        match self {
            Self::Check { proves_not_null, .. } => {
                if proves_not_null.remove(old) {
                    proves_not_null.insert(new.clone());
                }
            }
            Self::ForeignKey { columns, .. } | Self::Unique(columns) | Self::PrimaryKey(columns) => {
                columns.iter_mut().filter(|column| *column == old).for_each(|column| column.clone_from(new));
            }
            Self::Exclusion => {}
        }
    }
}

/// An index.
#[derive(Debug, Clone)]
pub struct Index {
    /// Which file made it.
    pub created_in: CreatedIn,
    /// Its table.
    pub table: TableName,
    /// Its columns and expressions, as written.
    pub columns: Vec<IndexKey>,
    /// `UNIQUE`
    pub unique: bool,
    /// The predicate of a partial index.
    pub predicate: Option<Expr>,
    /// Its access method is btree.
    pub btree: bool,
    /// The constraint that owns it.
    pub constraint: Option<Ident>,
}

/// A type.
#[derive(Debug, Clone)]
pub struct TypeInfo {
    /// Which file made it.
    pub created_in: CreatedIn,
    /// What it is.
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    /// A domain over a type.
    Domain {
        /// The type below it.
        base: String,
        /// Whether it has `CHECK` or `NOT NULL`.
        constrained: bool,
    },
    /// An enum, a composite or base type.
    Other,
}

impl TypeKind {
    /// Reads what follows `CREATE DOMAIN name`.
    pub(super) fn domain(definition: &str) -> Self {
        const CLAUSES: &[&str] = &["collate", "default", "constraint", "not", "null", "check"];
        let mut words = definition.split_whitespace().peekable();
        words.next_if(|word| word.eq_ignore_ascii_case("as"));
        let is_clause = |word: &&str| {
            let lower = word.to_lowercase();
            CLAUSES.iter().any(|clause| lower == *clause || lower.starts_with(&format!("{clause}(")))
        };
        let base = words.take_while(|word| !is_clause(word)).collect::<Vec<_>>().join(" ");
        let constrained = mentions(definition, "CHECK") || mentions(definition, "NOT NULL");
        Self::Domain { base, constrained }
    }
}

impl Table {
    pub(super) fn add(&mut self, name: &Ident, column: &ColumnDef, created_in: CreatedIn) {
        let identity = column.generated.as_ref().is_some_and(|text| mentions(text, "IDENTITY"));
        let not_null = column.not_null || column.primary_key || identity || Type::is_serial(&column.type_);
        let serial = Type::is_serial(&column.type_);
        let valued = column.default.as_ref().is_some_and(|default| !default.is_null_literal());
        let generated = column.generated.is_some();
        let computed = column.generated.as_ref().filter(|_| !identity).map(|text| text.value.clone());
        let known = Column {
            type_: Some(column.type_.value.clone()),
            not_null,
            default: valued || serial || generated,
            computed,
            filled: valued || generated || not_null,
            created_in,
        };
        self.columns.insert(column.name.value.clone(), known);
        if let Some(check) = &column.check {
            let written = column.names.check.as_ref().map(|name| name.value.clone());
            self.add_check(name, written, check, true, created_in);
        }
    }

    pub(super) fn forget_partition(&mut self, partition: &TableName) {
        self.default_partition = self.default_partition.take().filter(|name| name != partition);
    }

    /// Remembers a CHECK. Without a name it gets the one that PostgreSQL would give it.
    pub fn add_check(
        &mut self,
        table: &Ident,
        name: Option<Ident>,
        condition: &Expr,
        valid: bool,
        created_in: CreatedIn,
    ) {
        let generated = || {
            let columns = condition.columns();
            let middle = columns.first().filter(|_| columns.len() == 1);
            self.free_name(table, middle.into_iter(), "check")
        };
        let name = name.unwrap_or_else(generated);
        let proves_not_null = condition.proves_not_null();
        let rule = ConstraintRule::Check { condition: condition.clone(), proves_not_null };
        self.constraints.insert(name, Constraint { rule, valid, created_in });
    }

    /// The name that PostgreSQL gives a constraint: `orders_user_id_fkey`, `orders_check1`.
    pub(super) fn free_name<'a>(
        &self,
        table: &'a Ident,
        columns: impl Iterator<Item = &'a Ident>,
        suffix: &'a str,
    ) -> Ident {
        let taken = |name: &Ident| self.constraints.contains_key(name);
        naming::object_name(table.as_str(), &naming::joined(columns), suffix, taken)
    }

    /// The column that is its primary key by itself.
    pub fn primary_key(&self) -> Option<&Ident> {
        self.constraints.values().find_map(|constraint| match &constraint.rule {
            ConstraintRule::PrimaryKey(columns) if columns.len() == 1 => columns.first(),
            _ => None,
        })
    }

    /// The tables that its foreign keys refer to.
    pub fn references(&self) -> impl Iterator<Item = &TableName> {
        self.constraints.values().filter_map(|constraint| match &constraint.rule {
            ConstraintRule::ForeignKey { references, .. } => Some(references),
            _ => None,
        })
    }
}
