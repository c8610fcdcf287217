//! What a draft knows of objects beside tables.

use std::collections::{BTreeMap, BTreeSet};

use super::Trial;
use super::planner::Draft;
use crate::catalog::{Column, Dependent, Inbound, Index, Object, ObjectClass, TypeInfo};
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::definition::names_used;
use crate::migration::mentions;
use crate::migration::object::{ObjectKind, ObjectName, ObjectRef};
use crate::migration::operation::UserTriggers;
use crate::migration::source::Span;

/// Objects that the migration makes and drops.
#[derive(Default)]
pub(super) struct ObjectWork {
    new: BTreeSet<ObjectName>,
    /// Types that the migration makes.
    types: BTreeMap<TableName, NewType>,
    pub(super) gone: Vec<(u32, Option<Ident>)>,
    /// Columns that lose their default.
    defaults_gone: Vec<(u32, Ident)>,
    described: BTreeSet<String>,
    /// New names of tables, which are views until contract.
    pub(super) doubles: Vec<TableName>,
    /// What new and replaced objects say.
    pub(super) definitions: Vec<Definition>,
    /// New triggers that fire on UPDATE.
    pub(super) triggers: Vec<NewTrigger>,
    /// What expressions may need, to be made before they are tried.
    pub(super) trials: Vec<Trial>,
}

/// A trigger that the migration makes.
#[derive(Clone)]
pub(super) struct NewTrigger {
    pub(super) table: TableName,
    pub(super) name: Ident,
    /// Whether the UPDATE of a batch fires it: it waits for no column.
    pub(super) for_batches: bool,
}

/// What a type is that the migration makes.
#[derive(Clone, Copy)]
struct NewType {
    domain: bool,
    constrained: bool,
}

/// An object's definition.
pub(super) struct Definition {
    /// The object.
    pub(super) name: ObjectName,
    /// Its definition, without its name.
    pub(super) text: String,
    /// It takes every column of a table.
    pub(super) whole_rows: bool,
    /// The part of the file that makes it.
    pub(super) span: Span,
}

impl Draft<'_> {
    /// An object's full name.
    pub fn object_name(&self, object: &ObjectRef) -> ObjectName {
        self.now.object_name(object)
    }

    /// Whether this migration makes a function of this name.
    pub fn makes_function(&self, name: &Ident) -> bool {
        self.objects.new.iter().any(|new| new.kind == ObjectKind::Function && new.name == *name)
    }

    /// An object that exists already.
    pub fn object(&self, name: &ObjectName) -> Option<Object> {
        self.now.objects.get(name).filter(|object| object.oid != 0).cloned()
    }

    /// Whether this migration makes the object, or the table of that name.
    pub fn makes(&self, name: &ObjectName) -> bool {
        let same_name =
            |new: &ObjectName| new.kind.is_relation() && new.schema == name.schema && new.name == name.name;
        self.objects.new.contains(name)
            || (name.kind == ObjectKind::Table
                && (self.objects.new.iter().any(same_name) || self.is_new(&relation(name))))
    }

    /// Whether this migration makes an object of a kind.
    pub(super) fn makes_any(&self, kind: ObjectKind) -> bool {
        self.objects.new.iter().any(|new| new.kind == kind)
    }

    /// Whether there is, or will be, a relation of that name.
    pub fn will_exist(&self, table: &TableName) -> bool {
        let as_table = ObjectRef::plain(
            ObjectKind::Table,
            &crate::migration::operation::TableRef {
                schema: Some(table.schema.clone()),
                name: table.name.clone(),
            },
        );
        self.exists(table) || self.makes(&self.object_name(&as_table))
    }

    /// An object that the operation needs and may change.
    pub fn own_object(&self, name: &ObjectName, span: Span) -> Result<Object> {
        let (noun, shown) = (name.kind.noun(), name.sql());
        let object = self.object(name).ok_or_else(|| {
            let error = Error::usage(format!("{noun} `{shown}` does not exist"));
            let several = name.arguments.is_none()
                && matches!(name.kind.naming(), crate::migration::object::Naming::Signature);
            let hint = if several {
                "check the name; where several have it, write the argument types"
            } else {
                "check the name, and that earlier migrations have been expanded"
            };
            self.blame(error.hint(hint), span)
        })?;
        if let Some(whole) = &object.part_of {
            return Err(
                self.blame(Error::refused(format!("{noun} `{shown}` is part of {whole}; change that")), span)
            );
        }
        if !object.owned {
            let error = Error::refused(format!("the connected role does not own {noun} `{shown}`"));
            return Err(self.blame(
                error.hint("connect as its owner, or as a role that is a member of the owner"),
                span,
            ));
        }
        Ok(object)
    }

    /// Remembers an object that this migration makes.
    pub fn add_object(&mut self, name: &ObjectName) {
        self.objects.new.insert(name.clone());
    }

    /// Remembers a type that this migration makes, under the name that it has while both releases run.
    pub fn add_type(&mut self, built: &ObjectName, definition: &str) {
        if matches!(built.kind, ObjectKind::Type | ObjectKind::Domain) {
            let domain = built.kind == ObjectKind::Domain;
            let constrained = domain && ["CHECK", "NOT NULL"].iter().any(|words| mentions(definition, words));
            self.objects.types.insert(relation(built), NewType { domain, constrained });
        }
    }

    /// Remembers that an object of this migration has another name from here on.
    pub(super) fn renames_object(&mut self, from: &ObjectName, to: &ObjectName) {
        if self.objects.new.remove(from) {
            self.objects.new.insert(to.clone());
        }
        if let Some(type_) = self.objects.types.get(&relation(from)).copied() {
            self.objects.types.insert(relation(to), type_);
        }
    }

    /// A type that this migration makes, or may get with an extension.
    pub fn new_type(&self, written: &str) -> Option<TypeInfo> {
        let plain = written.trim().trim_end_matches("[]");
        let named = crate::migration::object(&format!("TYPE {plain}"))?;
        let found = self.objects.types.get(&relation(&self.object_name(&named)));
        let extended = || self.objects.new.iter().any(|new| new.kind == ObjectKind::Extension);
        let plain = NewType { domain: false, constrained: false };
        let NewType { domain, constrained } = found.copied().or_else(|| extended().then_some(plain))?;
        // Whether it is one of rows isn't known; asking as of a row is right for every type.
        let composite = !written.trim().ends_with("[]");
        Some(TypeInfo { base: written.to_owned(), domain, constrained, composite, ..TypeInfo::default() })
    }

    /// Notes that the migration works on an object.
    pub fn touch_object(&mut self, name: &ObjectName) {
        match &name.table {
            Some(table) => self.touch(table, None),
            None if name.kind.is_relation() => self.touch(&relation(name), None),
            None => {
                let own = Ident::new(format!("{} {}", name.kind.noun(), name.sql()));
                self.touch(&TableName::new(name.schema.clone(), own), None);
            }
        }
    }

    /// Remembers what contract drops: later operations don't mind what depended on something through it.
    pub fn drops_object(&mut self, object: &Object) {
        self.objects.gone.push((object.oid, None));
        self.objects.described.insert(object.described.clone());
    }

    /// The same for a table, or one of its columns.
    pub fn drops_table(&mut self, oid: u32, column: Option<&Ident>) {
        self.objects.gone.push((oid, column.cloned()));
    }

    /// The expression of a generated column goes with it: later operations don't mind what it read.
    pub(super) fn drops_expression(&mut self, table: &TableName, column: &Ident) {
        self.objects.described.insert(format!("default value for {table}.{column}"));
    }

    /// Remembers that a column loses its default: later operations don't mind what depended on something through it.
    pub(super) fn drops_default(&mut self, table: u32, column: &Ident) {
        self.objects.defaults_gone.push((table, column.clone()));
    }

    /// Whether the migration drops a foreign key of another table: by name, with a column of it, or with that table.
    pub(super) fn drops_key(&self, key: &Inbound) -> bool {
        let Some(table) = self.first.tables.get(&key.table) else { return false };
        let columns = table.constraints.iter().filter(|known| known.name == key.constraint);
        self.drops_constraint(&key.table, &key.constraint)
            || columns.flat_map(|known| &known.columns).any(|column| self.drops_column(&key.table, column))
            || self.objects.gone.iter().any(|(oid, column)| *oid == table.oid && column.is_none())
    }

    /// What still depends on an object once the drops before it are done.
    pub fn standing(&self, dependents: &[Dependent]) -> Vec<String> {
        let gone = |dependent: &&Dependent| {
            let gone = self.objects.gone.iter().any(|(oid, column)| {
                *oid == dependent.oid && (column.is_none() || *column == dependent.column)
            });
            !gone
                && !self.dropped_indexes.iter().any(|index| dependent.what == format!("index {index}"))
                && !self.goes_with_its_table(&dependent.what)
        };
        let default = |dependent: &&Dependent| {
            let its = |(oid, column): &(u32, Ident)| {
                *oid == dependent.oid && dependent.column.as_ref() == Some(column)
            };
            dependent.class == ObjectClass::Default && self.objects.defaults_gone.iter().any(its)
        };
        let left = dependents.iter().filter(gone).filter(|one| !default(one));
        left.map(|dependent| dependent.what.clone()).collect()
    }

    /// Defaults of columns that are replaced, which the columns in their place get as they are.
    pub(super) fn defaults_that_stay(&self, dependents: &[Dependent]) -> Vec<String> {
        let stays = |dependent: &&Dependent| {
            let (ObjectClass::Default, Some(column)) = (dependent.class, &dependent.column) else {
                return false;
            };
            let table = self.first.tables.iter().find(|(_, table)| table.oid == dependent.oid);
            let Some((name, table)) = table else { return false };
            let replaced = self.dual_writes.get(name).is_some_and(|work| {
                work.replaced
                    .iter()
                    .any(|one| one.old == *column && !self.changes_default(name, [&one.old, &one.last]))
            });
            replaced && table.column(column).is_some_and(|column| column.generated.is_none())
        };
        dependents.iter().filter(stays).map(|dependent| dependent.what.clone()).collect()
    }

    /// Whether this is an index of a column that goes, or a sequence that counts for one.
    fn goes_with_its_table(&self, described: &str) -> bool {
        let gone = |table: u32, column: &Ident| {
            self.objects
                .gone
                .iter()
                .any(|(oid, of)| *oid == table && of.as_ref().is_none_or(|of| of == column))
        };
        self.first.tables.iter().any(|(name, table)| {
            let index = |index: &Index| {
                described == format!("index {}", TableName::new(name.schema.clone(), index.name.clone()))
                    && index.columns.iter().any(|column| gone(table.oid, column))
            };
            let counted = |column: &Column| {
                let own = table.sequences.iter().filter(|one| one.column == column.name).map(|one| &one.name);
                let mut sequences = column.owned_sequence.iter().chain(own);
                gone(table.oid, &column.name)
                    && sequences.any(|sequence| described == format!("sequence {sequence}"))
            };
            table.indexes.iter().any(index) || table.columns.iter().any(counted)
        })
    }

    /// The same for dependents that are known by their description alone.
    pub fn remaining(&self, dependents: Vec<String>) -> Vec<String> {
        dependents.into_iter().filter(|what| !self.objects.described.contains(what)).collect()
    }

    /// Whether contract recreates it after it had to go with a column that is replaced.
    pub fn keeps(&self, described: &str) -> bool {
        !self.objects.described.contains(described)
    }

    /// Refuses what this file makes on a column that contract drops, replaces, or gives another type.
    pub(super) fn refuse_on_changed(&self) -> Result<()> {
        for (table, _, columns) in self.tables_with_replaced() {
            let names: Vec<Ident> =
                columns.iter().flat_map(|one| [&one.old, &one.physical, &one.last]).cloned().collect();
            self.refuse_definitions(&table, &names, "replaces")?;
        }
        for (table, column) in &self.dropped_columns {
            self.refuse_definitions(table, std::slice::from_ref(column), "drops")?;
        }
        for (table, column) in &self.in_place {
            self.refuse_definitions(table, std::slice::from_ref(column), "changes")?;
        }
        // Columns of midflight's own are there until contract, and would be in `SELECT *`.
        for table in self.dual_writes.keys().chain(self.fills.iter().map(|fill| &fill.table)) {
            self.refuse_definitions(table, &[], "fills row by row")?;
        }
        // What is on a table goes with it; what names it from elsewhere would keep it.
        let gone =
            self.first.tables.iter().filter(|(_, table)| self.objects.gone.contains(&(table.oid, None)));
        for (table, _) in gone {
            self.refuse_naming(table, "which this migration drops", "leave one of the two out")?;
        }
        for table in &self.objects.doubles {
            let hint = "make it in a migration after this one, or over the name that the table has now";
            self.refuse_naming(table, "which is a view until contract", hint)?;
        }
        Ok(())
    }

    /// Refuses what this file makes over a table that is not there in the end, or not yet.
    fn refuse_naming(&self, table: &TableName, why: &str, hint: &str) -> Result<()> {
        let names = |definition: &&Definition| {
            definition.name.table.is_none() && !names_used(&definition.text, [&table.name]).is_empty()
        };
        let Some(definition) = self.objects.definitions.iter().find(names) else { return Ok(()) };
        let (noun, shown) = (definition.name.kind.noun(), definition.name.sql());
        let error = Error::refused(format!("{noun} `{shown}` needs `{table}`, {why}"));
        Err(self.blame(error.hint(hint), definition.span))
    }

    fn refuse_definitions(&self, table: &TableName, columns: &[Ident], what: &str) -> Result<()> {
        for definition in &self.objects.definitions {
            let about = definition.name.table.as_ref() == Some(table)
                || !names_used(&definition.text, [&table.name]).is_empty();
            if about && (definition.whole_rows || !names_used(&definition.text, columns).is_empty()) {
                let (noun, shown) = (definition.name.kind.noun(), definition.name.sql());
                let error = Error::refused(format!(
                    "{noun} `{shown}` needs columns of `{table}` that this migration {what}"
                ));
                let hint = "make it in a migration after this one";
                return Err(self.blame(error.hint(hint), definition.span));
            }
        }
        Ok(())
    }

    /// New triggers that will see the backfill: psql makes none of these rows fire them.
    ///
    /// # Errors
    /// Exit 23 unless the file says what is to become of them.
    pub(super) fn judge_new_triggers(&mut self) -> Result<()> {
        let fires = |made: &&NewTrigger| {
            let filled = self.fills.iter().any(|fill| fill.table == made.table);
            made.for_batches && (filled || self.dual_writes.contains_key(&made.table))
        };
        let firing: Vec<NewTrigger> = self.objects.triggers.iter().filter(fires).cloned().collect();
        for NewTrigger { table, name, .. } in firing {
            match self.user_triggers(&table) {
                Some(UserTriggers::Fire) => self.note(format!(
                    "trigger {name} is made before the backfill of {table}, and fires on every row it writes"
                )),
                Some(UserTriggers::Skip) => {}
                None => {
                    let message = format!(
                        "trigger {name} is made by this file before the backfill of {table}, and would fire on every row it writes"
                    );
                    return Err(Error::refused(message).hint(
                        "make it in a migration of its own, after this one; or say `-- midflight: triggers skip` or `triggers fire` \
                         above the statement that changes the column",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The name that an object shares with relations.
pub(super) fn relation(name: &ObjectName) -> TableName {
    TableName::new(name.schema.clone(), name.name.clone())
}
