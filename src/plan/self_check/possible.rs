//! Whether a statement can be carried out where it stands.

use super::ends;
use super::walk::{Trouble, Walk};
use crate::catalog::{Catalog, ConstraintKind, Table};
use crate::ident::{Ident, TableName};
use crate::migration;
use crate::migration::object::{ObjectKind, ObjectName};
use crate::migration::operation::Operation;
use crate::pg::naming::is_system_column;

impl Walk<'_> {
    /// Whether a statement can be carried out here.
    pub(super) fn possible(&self, operation: &Operation) -> Result<(), Trouble> {
        self.tables_are_there(operation)?;
        self.column_is_there(operation)?;
        self.names_are_free(operation)?;
        self.types_are_there(operation)?;
        self.text_fits(operation)?;
        self.copies_what_the_file_copies(operation)?;
        self.nothing_depends(operation)
    }

    fn tables_are_there(&self, operation: &Operation) -> Result<(), Trouble> {
        let accepts = match operation {
            Operation::CreateTable(_) => true,
            Operation::DropTable(op) => op.if_exists,
            Operation::DropIndex(op) => op.if_exists,
            Operation::RenameIndex(op) => op.if_exists,
            Operation::AlterSequence(op) => op.if_exists,
            _ => operation.dropped().is_some_and(|(_, op)| op.if_exists),
        };
        if accepts {
            return Ok(());
        }
        let known = |name: &TableName| {
            self.first.relations.contains_key(name)
                || self.last.is_some_and(|last| last.relations.contains_key(name))
        };
        // what makes an object needs the table that it is on, if there is one
        let tables = match operation.created() {
            Some((_, op)) => op.table.iter().map(|table| &table.value).collect(),
            None => operation.tables(),
        };
        let gone = tables.into_iter().map(|table| self.catalog.resolve(table)).find(|name| {
            known(name)
                && !self.catalog.relations.contains_key(name)
                && !self.catalog.tables.contains_key(name)
        });
        gone.map_or(Ok(()), |name| Err(format!("{name} is not there")))
    }

    fn column_is_there(&self, operation: &Operation) -> Result<(), Trouble> {
        let altered = operation.altered_constraint();
        let changed = operation.changes_table().or(altered.map(|(table, _)| table));
        let Some(table) = changed.map(|table| self.catalog.resolve(table)) else { return Ok(()) };
        let Some(known) = self.catalog.tables.get(&table).filter(|known| known.columns_known()) else {
            return Ok(());
        };
        let system = |column: &Ident| is_system_column(column.as_str());
        let missing = |column: &Ident| {
            (known.column(column).is_none() && !system(column) && !self.own_sql)
                .then(|| format!("column {column} of {table} is not there"))
        };
        if let Some(trouble) = operation.column_needed().and_then(|column| missing(column)) {
            return Err(trouble);
        }
        let needed: Vec<&Ident> = match operation {
            Operation::CreateIndex(op) => {
                let keys = op.columns.iter().filter_map(|key| key.column());
                keys.chain(op.include.iter().map(|name| &name.value)).collect()
            }
            Operation::AddForeignKey(op) => op.columns.iter().map(|name| &name.value).collect(),
            Operation::AddUnique(op) | Operation::AddPrimaryKey(op) if op.using_index.is_none() => {
                op.columns.iter().map(|name| &name.value).collect()
            }
            _ => Vec::new(),
        };
        needed.into_iter().find_map(missing).map_or(Ok(()), Err)?;
        let constraint = match operation {
            Operation::DropConstraint(op) if !op.if_exists => Some(&op.name),
            Operation::ValidateConstraint(op) => Some(&op.name),
            Operation::RenameConstraint(op) => Some(&op.name),
            _ => altered.map(|(_, name)| name),
        };
        let there = |table: Option<&Table>, name: &Ident| {
            table.is_some_and(|table| table.constraints.iter().any(|one| one.name == *name))
        };
        // From 18 on NOT NULL has names as well, which nobody follows here.
        let followed = |name: &Ident| {
            there(self.first.tables.get(&table), name)
                || there(self.last.and_then(|last| last.tables.get(&table)), name)
                || name.as_str().starts_with("_midflight_")
        };
        match constraint.filter(|name| !there(Some(known), name) && followed(name) && !known.is_partition) {
            Some(name) => Err(format!("constraint {} of {table} is not there", name.value)),
            None => self.key_is_there(operation),
        }
    }

    /// A foreign key without columns means the primary key.
    fn key_is_there(&self, operation: &Operation) -> Result<(), Trouble> {
        let Operation::AddForeignKey(op) = operation else { return Ok(()) };
        let parent = self.catalog.resolve(&op.references);
        match self.catalog.tables.get(&parent) {
            Some(table)
                if op.referenced_columns.is_empty() && table.key().is_empty() && !table.is_partition =>
            {
                Err(format!("{parent} has no primary key"))
            }
            _ => Ok(()),
        }
    }

    fn names_are_free(&self, operation: &Operation) -> Result<(), Trouble> {
        // an index of a materialized view goes with it, and nobody follows those
        let followed = |name: &TableName| {
            let beside = self.catalog.tables.iter().filter(|(table, _)| table.schema == name.schema);
            let indexes = beside.flat_map(|(_, table)| &table.indexes);
            let kind = self.catalog.relations.get(name);
            kind.is_some_and(|kind| !kind.is_index())
                || indexes.into_iter().any(|index| index.name == name.name)
        };
        let taken = |name: &TableName| followed(name).then(|| format!("{name} is there already"));
        let beside = |of: &TableName, name: &Ident| TableName::new(of.schema.clone(), name.clone());
        let trouble = match operation {
            Operation::CreateTable(op) if !op.if_not_exists && !op.temporary => {
                taken(&self.catalog.resolve(&op.table))
            }
            Operation::CreateIndex(op) if !op.if_not_exists => {
                let table = self.catalog.resolve(&op.table);
                op.name.as_ref().and_then(|name| taken(&beside(&table, name)))
            }
            Operation::RenameTable(op) => taken(&beside(&self.catalog.resolve(&op.table), &op.to)),
            Operation::RenameIndex(op) => taken(&beside(&self.catalog.resolve(&op.index), &op.to)),
            Operation::RenameColumn(op) => {
                let table = self.catalog.resolve(&op.table);
                let there =
                    self.catalog.tables.get(&table).is_some_and(|known| known.column(&op.to).is_some());
                there.then(|| format!("column {} of {table} is there already", op.to.value))
            }
            Operation::AddColumn(op) if !op.if_not_exists => {
                let table = self.catalog.resolve(&op.table);
                let name = &op.column.name.value;
                let in_it = |catalog: &Catalog| {
                    catalog.tables.get(&table).is_some_and(|known| known.column(name).is_some())
                };
                // One of midflight's own is another migration's, which is told as a conflict of the two.
                let others = name.as_str().starts_with("_midflight_") && in_it(self.first);
                (in_it(&self.catalog) && !others)
                    .then(|| format!("column {name} of {table} is there already"))
            }
            Operation::RenameConstraint(op) => {
                let table = self.catalog.resolve(&op.table);
                let known = self.catalog.tables.get(&table);
                let there =
                    known.is_some_and(|known| known.constraints.iter().any(|one| one.name == op.to.value));
                there.then(|| format!("constraint {} of {table} is there already", op.to.value))
            }
            _ => None,
        };
        trouble.map_or(Ok(()), Err)
    }

    /// A type may come, or get its name, further down.
    fn types_are_there(&self, operation: &Operation) -> Result<(), Trouble> {
        let types: Vec<&str> = match operation {
            Operation::CreateTable(op) => {
                op.columns.iter().map(|column| column.type_.value.as_str()).collect()
            }
            Operation::AddColumn(op) => vec![op.column.type_.value.as_str()],
            Operation::ChangeType(op) => vec![op.type_.value.as_str()],
            _ => Vec::new(),
        };
        let text = match operation {
            Operation::CommentOn(op) => migration::object(&op.object),
            _ => None,
        };
        let schema = Ident::new(self.catalog.schema.as_str());
        let object = text.map(|object| object.in_schema(&schema));
        let named = types.into_iter().filter_map(|text| {
            let text = text.split(['(', '[']).next().unwrap_or_default().trim();
            migration::table_named(text).map(|name| name.in_schema(&schema))
        });
        for name in named {
            let kinds = [ObjectKind::Type, ObjectKind::Domain];
            let of = |kind: ObjectKind| ObjectName {
                kind,
                schema: name.schema.clone(),
                name: name.name.clone(),
                arguments: None,
                table: None,
            };
            self.comes_later(kinds.map(of).as_slice())?;
        }
        object.map_or(Ok(()), |object| self.comes_later(&[object]))
    }

    /// Trouble where the end has an object of these that isn't there yet.
    fn comes_later(&self, names: &[ObjectName]) -> Result<(), Trouble> {
        let later = |name: &&ObjectName| self.last.is_some_and(|last| last.objects.contains_key(*name));
        let here = names.iter().any(|name| self.catalog.objects.contains_key(name));
        match names.iter().find(later).filter(|_| !here) {
            Some(name) => Err(format!("{} {} is not there yet", name.kind.noun(), name.sql())),
            None => Ok(()),
        }
    }

    /// The text of a view, of a function in SQL, of a query that fills a table: PostgreSQL looks up the columns that it names.
    fn text_fits(&self, operation: &Operation) -> Result<(), Trouble> {
        let text = match (operation, operation.created()) {
            (Operation::CreateTable(op), _) if op.columns.is_empty() && op.partition_of.is_none() => {
                op.statement.as_deref()
            }
            (_, Some((ObjectKind::View | ObjectKind::MaterializedView, op))) => {
                op.definition.as_ref().map(|text| text.value.as_str())
            }
            (_, Some((ObjectKind::Function, op))) => {
                let definition = op.definition.as_ref().map(|text| text.value.as_str());
                definition.filter(|text| migration::mentions(text, "LANGUAGE sql"))
            }
            _ => None,
        };
        let (Some(text), Some(last)) = (text, self.last) else { return Ok(()) };
        let names = migration::names(text);
        for (name, then) in last.tables.iter().filter(|(name, _)| names.contains(&name.name)) {
            let Some(now) = self.catalog.tables.get(name) else { continue };
            let here =
                |column: &Ident| self.catalog.tables.values().any(|table| table.column(column).is_some());
            let later = then
                .columns
                .iter()
                .map(|column| &column.name)
                .find(|column| names.contains(column) && now.column(column).is_none() && !here(column));
            if let Some(column) = later {
                return Err(format!("column {column} of {name} is not there yet"));
            }
        }
        Ok(())
    }

    /// `LIKE` and `SELECT *` take a table as it is at that moment: it has to be as the file has it there.
    fn copies_what_the_file_copies(&self, operation: &Operation) -> Result<(), Trouble> {
        let Operation::CreateTable(op) = operation else { return Ok(()) };
        let asked = self.asked_copies.and_then(|asked| asked.get(&self.catalog.resolve(&op.table)));
        let Some(asked) = asked else { return Ok(()) };
        for (name, then) in asked {
            let Some(now) = self.catalog.tables.get(name) else {
                return Err(format!("{name}, whose columns it copies, is not there"));
            };
            let mut found = Vec::new();
            ends::table(name, (now, &self.catalog), (then, &self.catalog), &mut found);
            if let Some(difference) = found.into_iter().next() {
                return Err(format!(
                    "it copies {name}, and that is not yet what the file makes of it: {difference}"
                ));
            }
        }
        Ok(())
    }

    fn nothing_depends(&self, operation: &Operation) -> Result<(), Trouble> {
        let depends = |what: &str, on: String| Err(format!("{what} still depends on {on}"));
        match operation {
            Operation::DropColumn(op) => {
                let name = self.catalog.resolve(&op.table);
                let Some(table) = self.catalog.tables.get(&name) else { return Ok(()) };
                let on = |columns: &[Ident]| columns.contains(&op.column);
                let called = format!("column {} of {name}", op.column.value);
                if let Some(view) = table.views.iter().find(|view| on(&view.columns)) {
                    return depends(&format!("view {}", view.name), called);
                }
                let keys = table.referenced_by.iter().filter(|key| key.table != name);
                match keys.into_iter().find(|key| on(&key.columns)) {
                    Some(key) => depends(&format!("foreign key {} of {}", key.constraint, key.table), called),
                    None => Ok(()),
                }
            }
            Operation::DropConstraint(op) => {
                let table = self.catalog.resolve(&op.table);
                let known = self.catalog.tables.get(&table);
                let key =
                    known.and_then(|known| known.constraints.iter().find(|one| one.name == op.name.value));
                let is_key = key.is_some_and(|key| {
                    matches!(key.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique)
                });
                match self.bindings.on(&table, &op.name).filter(|_| is_key) {
                    Some(key) => depends(&key, format!("constraint {} of {table}", op.name.value)),
                    None => Ok(()),
                }
            }
            Operation::DropIndex(op) => {
                let index = self.catalog.resolve(&op.index);
                let mut tables = self.catalog.tables.keys().filter(|table| table.schema == index.schema);
                match tables.find_map(|table| self.bindings.on(table, &index.name)) {
                    Some(key) => depends(&key, format!("index {index}")),
                    None => Ok(()),
                }
            }
            Operation::DropTable(op) if !op.cascade => {
                let name = self.catalog.resolve(&op.table);
                let Some(table) = self.catalog.tables.get(&name) else { return Ok(()) };
                match table.referenced_by.iter().find(|key| key.table != name) {
                    Some(key) => {
                        depends(&format!("foreign key {} of {}", key.constraint, key.table), name.to_string())
                    }
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}
