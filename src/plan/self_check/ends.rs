//! Two catalogs, and where they differ.

use std::collections::{BTreeMap, BTreeSet};

use super::Unlisted;
use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, Generated, Index, RelationKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration::object::{ObjectKind, ObjectName};

/// What is compared of a column.
#[derive(PartialEq)]
struct ColumnEnd {
    type_: String,
    not_null: bool,
    has_default: bool,
    generated: Option<Generated>,
    comment: Option<String>,
}

impl ColumnEnd {
    fn of(column: &Column, catalog: &Catalog) -> Self {
        Self {
            type_: spelled(&column.type_, catalog),
            not_null: column.not_null,
            has_default: column.default.is_some() || column.owned_sequence.is_some(),
            generated: column.generated,
            comment: column.comment.clone(),
        }
    }

    /// Where the first lacks what the second has.
    fn differs(&self, asked: &Self) -> Option<String> {
        let is = |flag: bool, what: &str| format!("{} {what}", if flag { "has" } else { "has no" });
        if self.type_ != asked.type_ {
            Some(format!("is of type {}, not {}", self.type_, asked.type_))
        } else if self.not_null != asked.not_null {
            Some(is(self.not_null, "NOT NULL"))
        } else if self.has_default != asked.has_default {
            Some(is(self.has_default, "default"))
        } else if self.generated != asked.generated {
            Some(is(self.generated.is_some(), "generation expression"))
        } else if self.comment != asked.comment {
            Some("has another comment".to_owned())
        } else {
            None
        }
    }
}

/// What is compared of a constraint.
#[derive(PartialEq)]
struct ConstraintEnd {
    kind: ConstraintKind,
    columns: BTreeSet<Ident>,
    references: Option<TableName>,
    validated: bool,
}

impl ConstraintEnd {
    fn of(constraint: &Constraint) -> Self {
        Self {
            kind: constraint.kind,
            columns: constraint.columns.iter().cloned().collect(),
            references: constraint.references.clone(),
            validated: constraint.validated,
        }
    }
}

/// What is compared of an index.
#[derive(PartialEq)]
struct IndexEnd {
    unique: bool,
    keys: usize,
    columns: BTreeSet<Ident>,
    constraint: bool,
}

impl IndexEnd {
    fn of(index: &Index) -> Self {
        Self {
            unique: index.unique,
            keys: index.keys,
            columns: index.columns.iter().cloned().collect(),
            constraint: index.constraint.is_some(),
        }
    }
}

pub(super) fn differences(planned: &Catalog, asked: &Catalog, unlisted: &Unlisted) -> Vec<String> {
    let mut found = Vec::new();
    for name in either(planned.relations.keys(), asked.relations.keys()) {
        // Sequences of columns come and go with those; numbers are compared by nobody.
        let sequence = |catalog: &Catalog| catalog.relations.get(name) == Some(&RelationKind::Sequence);
        let passed_on = unlisted.is_passed_on(name, planned) || unlisted.is_passed_on(name, asked);
        let unlisted = passed_on || unlisted.relations.contains(name) || sequence(planned) || sequence(asked);
        if !unlisted && planned.relations.contains_key(name) != asked.relations.contains_key(name) {
            found.push(presence(&name.to_string(), planned.relations.contains_key(name)));
        }
    }
    for name in either(planned.objects.keys(), asked.objects.keys()) {
        let (here, there) = (planned.objects.get(name), asked.objects.get(name));
        match (here, there) {
            (Some(_), Some(_)) | (None, None) => {}
            _ if unlisted.has_object(name) || name.kind == ObjectKind::Sequence => {}
            // Triggers of views are recreated with those.
            _ if name.table.as_ref().is_some_and(|table| !asked.tables.contains_key(table)) => {}
            (here, _) => found.push(presence(&name.sql(), here.is_some())),
        }
    }
    for (name, here) in &planned.tables {
        let Some(there) = asked.tables.get(name).filter(|_| !unlisted.partitions.contains(name)) else {
            continue;
        };
        table(name, (here, planned), (there, asked), &mut found);
    }
    found
}

pub(super) fn table(
    name: &TableName,
    (here, planned): (&Table, &Catalog),
    (there, asked): (&Table, &Catalog),
    found: &mut Vec<String>,
) {
    let columns = |table: &Table, catalog: &Catalog| -> BTreeMap<Ident, ColumnEnd> {
        let of = |column: &Column| (column.name.clone(), ColumnEnd::of(column, catalog));
        table.columns.iter().map(of).collect()
    };
    let (ours, theirs) = (columns(here, planned), columns(there, asked));
    for column in either(ours.keys(), theirs.keys()) {
        let called = format!("column {column} of {name}");
        match (ours.get(column), theirs.get(column)) {
            (Some(ours), Some(theirs)) => {
                found.extend(ours.differs(theirs).map(|difference| format!("{called} {difference}")));
            }
            (ours, _) => found.push(presence(&called, ours.is_some())),
        }
    }
    let constraints = |table: &Table| -> BTreeMap<Ident, ConstraintEnd> {
        // NOT NULL is compared as what it says of the column.
        // What PostgreSQL spreads over partitions comes and goes with that of the whole.
        let compared = |one: &&Constraint| one.kind != ConstraintKind::NotNull && !one.parent;
        let others = table.constraints.iter().filter(compared);
        others.map(|one| (one.name.clone(), ConstraintEnd::of(one))).collect()
    };
    compare(name, "constraint", &constraints(here), &constraints(there), found);
    let indexes = |table: &Table| -> BTreeMap<Ident, IndexEnd> {
        table.indexes.iter().map(|one| (one.name.clone(), IndexEnd::of(one))).collect()
    };
    compare(name, "index", &indexes(here), &indexes(there), found);
    if here.comment != there.comment {
        found.push(format!("{name} has another comment"));
    }
}

fn compare<T: PartialEq>(
    table: &TableName,
    what: &str,
    ours: &BTreeMap<Ident, T>,
    theirs: &BTreeMap<Ident, T>,
    found: &mut Vec<String>,
) {
    for name in either(ours.keys(), theirs.keys()) {
        let called = format!("{what} {name} of {table}");
        match (ours.get(name), theirs.get(name)) {
            (Some(ours), Some(theirs)) if ours != theirs => found.push(format!("{called} is another one")),
            (Some(_), Some(_)) => {}
            (ours, _) => found.push(presence(&called, ours.is_some())),
        }
    }
}

/// One spelling for a type, whoever wrote it.
fn spelled(type_: &str, catalog: &Catalog) -> String {
    if let Some(known) = catalog.types.get(type_).filter(|known| !known.spelling.is_empty()) {
        return known.spelling.clone();
    }
    let end = type_.find(['(', '[']).unwrap_or(type_.len());
    match crate::migration::table_named(type_[..end].trim()) {
        Some(name) if name.schema.is_none() => {
            let full = name.in_schema(&Ident::new(catalog.schema.as_str()));
            let made = |kind| {
                let name = full.name.clone();
                let object =
                    ObjectName { kind, schema: full.schema.clone(), name, arguments: None, table: None };
                catalog.objects.contains_key(&object)
            };
            let own = made(ObjectKind::Type) || made(ObjectKind::Domain);
            if own { format!("{full}{}", &type_[end..]) } else { type_.to_owned() }
        }
        _ => type_.to_owned(),
    }
}

fn either<'n, N: Ord>(
    ours: impl Iterator<Item = &'n N>,
    theirs: impl Iterator<Item = &'n N>,
) -> BTreeSet<&'n N> {
    ours.chain(theirs).collect()
}

fn presence(what: &str, planned: bool) -> String {
    match planned {
        true => format!("{what} would be there, and should not"),
        false => format!("{what} would not be there, and should"),
    }
}
