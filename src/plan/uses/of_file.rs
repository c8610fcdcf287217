//! The objects of each statement. Every operation is named here, so that a new one can't be forgotten.

use super::{How, Object, Uses};
use crate::catalog::{Catalog, Table};
use crate::ident::{Ident, TableName};
use crate::migration::change::Privileges;
use crate::migration::object::{Naming, ObjectKind, ObjectRef};
use crate::migration::operation::{CreateTable, Name, Operation, Step, TableRef};
use crate::migration::{
    self, Columns, after, direct, insert_columns, mentions, names, referenced, takes_every_column,
};

/// What the statements of a file use, by the names that things have before it.
pub(in crate::plan) fn of_file(steps: &[Step], first: &Catalog) -> Uses {
    let mut found = Collector { first, schema: Ident::new(first.schema.as_str()), uses: Uses::default() };
    for step in steps {
        found.takes(&step.operation);
    }
    found.uses
}

struct Collector<'c> {
    first: &'c Catalog,
    schema: Ident,
    uses: Uses,
}

impl Collector<'_> {
    fn takes(&mut self, operation: &Operation) {
        self.columns_named(operation);
        self.types_named(operation);
        self.rows(operation);
        if let Some((kind, op)) = operation.created() {
            let replaced = self.first.objects.contains_key(&op.object(kind).in_schema(&self.schema));
            self.object(&op.object(kind), if replaced { How::Changes } else { How::Adds });
            self.makes_in(&op.name);
            self.row_trigger(operation);
            return self.text(operation);
        }
        if let Some((kind, op)) = operation.dropped() {
            return self.object(&op.object(kind), How::Changes);
        }
        match operation {
            Operation::CreateTable(op) => {
                self.relation(&op.table, How::Adds);
                self.makes_in(&op.table);
                self.likes(op);
                op.references.iter().for_each(|parent| self.key_of(parent));
                self.text(operation);
            }
            Operation::DropTable(op) => self.relation(&op.table, How::Changes),
            Operation::RenameTable(op) => {
                self.relation(&op.table, How::Changes);
                self.relation(&TableRef { name: op.to.value.clone(), ..op.table.value.clone() }, How::Adds);
            }
            Operation::AddColumn(op) => {
                self.column(&op.table, &op.column.name, How::Adds);
                let names = &op.column.names;
                let made = [&names.primary_key, &names.unique, &names.check, &names.references];
                made.into_iter().flatten().for_each(|name| self.constraint(&op.table, name, How::Adds));
                if let Some((parent, columns)) =
                    op.column.references.as_ref().and_then(|text| referenced(&text.value))
                {
                    self.refers(&parent, &columns);
                }
            }
            Operation::DropColumn(op) => self.changes_column(&op.table, &op.column),
            Operation::RenameColumn(op) => {
                self.changes_column(&op.table, &op.column);
                self.column(&op.table, &op.to, How::Adds);
            }
            Operation::ChangeType(op) => self.changes_column(&op.table, &op.column),
            Operation::TransformColumns(op) => {
                op.from.iter().for_each(|name| self.changes_column(&op.table, name));
                op.to.iter().for_each(|column| self.column(&op.table, &column.name, How::Adds));
            }
            Operation::SetNotNull(op) if op.up.is_some() => self.changes_column(&op.table, &op.column),
            // What a column's rows are checked for is read off with its default.
            Operation::SetNotNull(op) => {
                self.column(&op.table, &op.column, sets("NOT NULL"));
                self.column(&op.table, &op.column, sets("default"));
            }
            Operation::DropNotNull(op) => self.column(&op.table, &op.column, sets("NOT NULL")),
            Operation::SetDefault(op) => self.column(&op.table, &op.column, sets("default")),
            Operation::DropDefault(op) => self.column(&op.table, &op.column, sets("default")),
            // A default and an identity can't be on one column at the same time.
            Operation::AddIdentity(op) => {
                self.column(&op.table, &op.column, sets("default"));
                self.column(&op.table, &op.column, sets("NOT NULL"));
            }
            Operation::SetIdentity(op) => {
                self.column(&op.table, &op.column, sets("default"));
                self.identity_sequence(&op.table, &op.column, sets("options"));
            }
            Operation::DropIdentity(op) => {
                self.column(&op.table, &op.column, sets("default"));
                self.identity_sequence(&op.table, &op.column, How::Changes);
            }
            Operation::DropExpression(op) => self.changes_column(&op.table, &op.column),
            Operation::SetStatistics(op) => self.column(&op.table, &op.column, sets("statistics")),
            Operation::SetComment(op) => match &op.column {
                Some(column) => self.column(&op.table, column, sets("comment")),
                None => self.relation(&op.table, sets("comment")),
            },
            Operation::SetStorageParameters(op) => match &op.column {
                Some(column) => self.column(&op.table, column, sets("options")),
                None => self.relation(&op.table, sets("storage parameters")),
            },
            Operation::SetReplicaIdentity(op) => self.relation(&op.table, sets("replica identity")),
            Operation::SetRowSecurity(op) => self.relation(&op.table, sets("row-level security")),
            Operation::AddCheck(op) => self.adds_constraint(&op.table, op.name.as_ref()),
            Operation::AddExclusion(op) => self.adds_constraint(&op.table, op.name.as_ref()),
            Operation::AddUnique(op) => {
                self.adds_constraint(&op.table, op.name.as_ref());
                self.adopts(&op.table, op.using_index.as_ref());
            }
            Operation::AddPrimaryKey(op) => {
                self.adds_constraint(&op.table, op.name.as_ref());
                self.adopts(&op.table, op.using_index.as_ref());
                op.columns.iter().for_each(|column| self.column(&op.table, column, sets("NOT NULL")));
            }
            Operation::AddForeignKey(op) => {
                self.adds_constraint(&op.table, op.name.as_ref());
                self.refers(&op.references, &op.referenced_columns);
            }
            Operation::ValidateConstraint(op) => self.constraint(&op.table, &op.name, sets("validity")),
            Operation::DropConstraint(op) => self.changes_constraint(&op.table, &op.name),
            Operation::RenameConstraint(op) => {
                self.changes_constraint(&op.table, &op.name);
                self.constraint(&op.table, &op.to, How::Adds);
            }
            Operation::CreateIndex(op) => {
                let schema = op.table.in_schema(&self.schema).schema;
                if let Some(name) = &op.name {
                    self.uses.push(Object::Relation(TableName::new(schema, name.value.clone())), How::Adds);
                }
            }
            Operation::DropIndex(op) => self.relation(&op.index, How::Changes),
            Operation::RenameIndex(op) => {
                self.relation(&op.index, How::Changes);
                self.relation(&TableRef { name: op.to.value.clone(), ..op.index.value.clone() }, How::Adds);
            }
            Operation::AddEnumValue(op) => {
                self.object(
                    &ObjectRef::plain(ObjectKind::Type, &op.type_),
                    sets(&format!("value {}", op.value)),
                );
            }
            Operation::RenameEnumValue(op) => {
                self.object(&ObjectRef::plain(ObjectKind::Type, &op.type_), How::Changes);
            }
            Operation::AlterSequence(op) => self.relation(&op.name, sets("options")),
            Operation::CommentOn(_) => self.all_objects(operation, "comment"),
            Operation::Grant(op) | Operation::Revoke(op) => {
                let on = crate::migration::objects(&op.on).unwrap_or_default();
                if on.is_empty() {
                    self.privileges_in_schemas(op, matches!(operation, Operation::Revoke(_)));
                }
                for object in &on {
                    self.object(object, sets("privileges"));
                    self.makes_in(&object.name);
                    if object.kind.is_relation() && op.privileges.value.contains('(') {
                        self.privileges_on_columns(&object.name, &op.privileges.value);
                    }
                }
            }
            Operation::Sql(_) | Operation::Unplaced(_) => {
                operation.objects().iter().for_each(|object| match object.kind {
                    // Where something is moved to stays as it is.
                    ObjectKind::Schema => self.object(object, How::Needs),
                    _ => self.object(object, How::Changes),
                });
                self.text(operation);
            }
            // Made and dropped objects are above.
            Operation::CreateType(_)
            | Operation::CreateDomain(_)
            | Operation::CreateSchema(_)
            | Operation::CreateExtension(_)
            | Operation::CreateSequence(_)
            | Operation::CreateView(_)
            | Operation::CreateMaterializedView(_)
            | Operation::CreateFunction(_)
            | Operation::CreateProcedure(_)
            | Operation::CreateTrigger(_)
            | Operation::CreatePolicy(_)
            | Operation::CreateStatistics(_)
            | Operation::DropType(_)
            | Operation::DropDomain(_)
            | Operation::DropSchema(_)
            | Operation::DropExtension(_)
            | Operation::DropSequence(_)
            | Operation::DropView(_)
            | Operation::DropMaterializedView(_)
            | Operation::DropFunction(_)
            | Operation::DropProcedure(_)
            | Operation::DropTrigger(_)
            | Operation::DropPolicy(_)
            | Operation::DropStatistics(_) => {}
        }
    }

    /// The types that a statement names: they keep their names and values until it is done.
    fn types_named(&mut self, operation: &Operation) {
        for written in operation.types() {
            let plain = written.trim().trim_end_matches("[]");
            if let Some(named) = crate::migration::object(&format!("TYPE {plain}")) {
                self.object(&named, How::Needs);
            }
        }
    }

    /// The columns that a statement names of tables which are there.
    fn columns_named(&mut self, operation: &Operation) {
        let tables: Vec<TableName> =
            operation.tables().into_iter().map(|table| table.in_schema(&self.schema)).collect();
        if tables.is_empty() {
            return;
        }
        let named = names(&direct::statements(operation, &self.schema).join("; "));
        for table in tables {
            if let Some(known) = self.first.tables.get(&table) {
                let columns =
                    known.columns.iter().map(|column| &column.name).filter(|name| named.contains(name));
                let columns: Vec<Ident> = columns.cloned().collect();
                for column in columns {
                    self.uses.push(Object::Column { table: table.clone(), column }, How::Needs);
                }
            }
            self.uses.push(Object::Relation(table), How::Needs);
        }
    }

    /// `LIKE` copies a table as it is, with everything that others have in flight on it.
    fn likes(&mut self, op: &CreateTable) {
        for element in op.constraints.iter().filter(|element| migration::is_like(&element.value)) {
            if let Some(table) = element.value.get(4..).and_then(first_table) {
                self.relation(&table, How::Changes);
            }
        }
    }

    /// What it does to rows, or to what becomes of them.
    fn rows(&mut self, operation: &Operation) {
        let on = operation.changes_table().map(|table| table.in_schema(&self.schema));
        let text = || names(&direct::statements(operation, &self.schema).join("; "));
        let rows = &mut self.uses.on_rows;
        match operation {
            Operation::CreateTrigger(_)
            | Operation::DropTrigger(_)
            | Operation::SetDefault(_)
            | Operation::DropDefault(_) => rows.rules.extend(on),
            Operation::CreateFunction(op) | Operation::CreateProcedure(op) => {
                rows.replaces.insert(op.name.name.clone());
            }
            Operation::DropFunction(op) | Operation::DropProcedure(op) => {
                rows.replaces.insert(op.name.name.clone());
            }
            Operation::AlterSequence(op) => {
                rows.replaces.insert(op.name.name.clone());
            }
            Operation::CreateMaterializedView(_) => rows.reads.extend(text()),
            Operation::CreateTable(op) if op.is_of_query() => rows.reads.extend(text()),
            Operation::Unplaced(op) if op.statement.changes_rows() => rows.reads.extend(names(&op.sql)),
            Operation::Sql(op) => {
                let texts = [&op.expand, &op.rows, &op.backfill, &op.contract].into_iter().flatten();
                texts.for_each(|text| rows.reads.extend(names(&text.value)));
            }
            _ => {}
        }
        // What a value is computed with is as good as called by a change of rows.
        let computed = match operation {
            Operation::AddColumn(op) => op.up.iter().chain(&op.column.default).collect(),
            Operation::ChangeType(op) => op.up.iter().chain(&op.down).collect(),
            Operation::SetNotNull(op) => op.up.iter().collect(),
            Operation::TransformColumns(op) => op.up.values().chain(op.down.values()).collect(),
            _ => Vec::new(),
        };
        let called = computed.into_iter().flat_map(crate::migration::expression::Expr::calls);
        self.uses.names.extend(called.map(|call| call.name));
    }

    /// A trigger that decides what a row is.
    fn row_trigger(&mut self, operation: &Operation) {
        let Operation::CreateTrigger(op) = operation else { return };
        let before = op.fires.as_ref().is_some_and(|fires| mentions(fires, "BEFORE"));
        if let (Some(table), true) = (&op.table, before) {
            self.uses.fires.insert(table.in_schema(&self.schema));
        }
    }

    /// What is there in a schema when contract takes privileges away from all of it.
    fn makes_in(&mut self, name: &TableRef) {
        let schema = name.in_schema(&self.schema).schema;
        self.uses.push(all_of(&schema), How::Needs);
    }

    fn privileges_in_schemas(&mut self, op: &Privileges, revokes: bool) {
        let schemas = after(&op.on, "IN SCHEMA").map(|list| migration::list(&list)).unwrap_or_default();
        for schema in schemas {
            let how = if revokes { How::Changes } else { How::Needs };
            self.uses.push(all_of(&Ident::parse(schema.trim())), how);
        }
    }

    /// A privilege on a column goes with the column. The table itself may not have been read.
    fn privileges_on_columns(&mut self, table: &TableRef, privileges: &str) {
        let table = table.in_schema(&self.schema);
        for column in names(privileges) {
            self.uses.push(Object::Column { table: table.clone(), column }, sets("privileges"));
        }
    }

    /// Bodies and queries, of which only the names are known.
    fn text(&mut self, operation: &Operation) {
        let sql = match operation {
            Operation::Unplaced(op) => vec![op.sql.clone()],
            Operation::Sql(op) => [&op.expand, &op.rows, &op.backfill, &op.contract, &op.rollback]
                .into_iter()
                .flatten()
                .map(|text| text.value.clone())
                .collect(),
            _ => direct::statements(operation, &self.schema),
        };
        for text in sql {
            // An INSERT without names of columns means them by their places.
            let by_place = matches!(insert_columns(&text), Columns::First { .. });
            self.uses.whole_rows |= by_place || takes_every_column(&text);
            self.uses.names.extend(names(&text));
        }
    }

    fn relation(&mut self, table: &TableRef, how: How) {
        self.uses.push(Object::Relation(table.in_schema(&self.schema)), how);
    }

    fn column(&mut self, table: &TableRef, column: &Name, how: How) {
        let table = table.in_schema(&self.schema);
        self.uses.push(Object::Column { table, column: column.value.clone() }, how);
    }

    /// The sequence of an identity column.
    fn identity_sequence(&mut self, table: &TableRef, column: &Name, how: How) {
        let table = self.first.tables.get(&table.in_schema(&self.schema));
        let mut sequences = table.into_iter().flat_map(|table| &table.sequences);
        if let Some(sequence) = sequences.find(|one| one.column == column.value) {
            self.uses.push(Object::Relation(sequence.name.clone()), how);
        }
    }

    fn constraint(&mut self, table: &TableRef, name: &Name, how: How) {
        self.on_table(&table.in_schema(&self.schema), "constraint", &name.value, how);
    }

    fn on_table(&mut self, table: &TableName, kind: &str, name: &Ident, how: How) {
        let object = Object::OnTable { table: table.clone(), kind: kind.to_owned(), name: name.clone() };
        self.uses.push(object, how);
    }

    fn adds_constraint(&mut self, table: &TableRef, name: Option<&Name>) {
        self.uses.push(Object::Relation(table.in_schema(&self.schema)), How::Needs);
        if let Some(name) = name {
            self.constraint(table, name, How::Adds);
        }
    }

    /// A constraint, and the index of its name where it is a key.
    fn changes_constraint(&mut self, table: &TableRef, name: &Name) {
        self.constraint(table, name, How::Changes);
        let index = TableName::new(table.in_schema(&self.schema).schema, name.value.clone());
        if self.first.constraint_indexes.contains_key(&index) {
            self.uses.push(Object::Relation(index), How::Changes);
        }
    }

    fn adopts(&mut self, table: &TableRef, index: Option<&Name>) {
        if let Some(index) = index {
            let schema = table.in_schema(&self.schema).schema;
            self.uses.push(Object::Relation(TableName::new(schema, index.value.clone())), How::Changes);
        }
    }

    /// A foreign key stands on columns of the other table; on its primary key where it names none.
    fn refers(&mut self, parent: &TableRef, columns: &[Name]) {
        self.relation(parent, How::Needs);
        if columns.is_empty() {
            self.key_of(parent);
        }
        columns.iter().for_each(|column| self.column(parent, column, How::Needs));
    }

    fn key_of(&mut self, parent: &TableRef) {
        let parent = parent.in_schema(&self.schema);
        let key = self.first.tables.get(&parent).map(Table::key).unwrap_or_default();
        self.uses.push(Object::Relation(parent.clone()), How::Needs);
        for column in key {
            self.uses.push(Object::Column { table: parent.clone(), column }, How::Needs);
        }
    }

    fn all_objects(&mut self, operation: &Operation, property: &str) {
        operation.objects().iter().for_each(|object| self.object(object, sets(property)));
    }

    fn object(&mut self, object: &ObjectRef, how: How) {
        let name = object.in_schema(&self.schema);
        match (&name.table, object.kind.naming()) {
            (Some(table), Naming::OnTable) => self.on_table(table, &object.kind.noun(), &name.name, how),
            _ if object.kind.is_relation() => {
                self.uses.push(Object::Relation(TableName::new(name.schema, name.name)), how);
            }
            _ => {
                let kind = match object.kind {
                    ObjectKind::Domain => ObjectKind::Type.noun(),
                    kind => kind.noun(),
                };
                self.uses.push(Object::Other { kind, name: TableName::new(name.schema, name.name) }, how);
            }
        }
    }

    /// A column that goes, gets another name or another type, and all that goes or is recreated with it.
    fn changes_column(&mut self, table: &TableRef, column: &Name) {
        self.column(table, column, How::Changes);
        let name = table.in_schema(&self.schema);
        let Some(table) = self.first.tables.get(&name) else { return };
        let column = &column.value;
        let on_it = |columns: &[Ident]| columns.contains(column);
        let beside = |of: &Ident| TableName::new(name.schema.clone(), of.clone());
        let relation = |name: &TableName| (Object::Relation(name.clone()), How::Changes);
        let part = |kind: &str, of: &TableName, part: &Ident| {
            let object = Object::OnTable { table: of.clone(), kind: kind.to_owned(), name: part.clone() };
            (object, How::Changes)
        };
        let indexes = table
            .indexes
            .iter()
            .filter(|index| on_it(&index.columns))
            .map(|index| relation(&beside(&index.name)));
        let constraints = table.constraints.iter().filter(|one| on_it(&one.columns));
        let constraints = constraints.map(|one| part("constraint", &name, &one.name));
        let keys = table.referenced_by.iter().filter(|key| on_it(&key.columns));
        let keys = keys.map(|key| part("constraint", &key.table, &key.constraint));
        // What is copied, and rewritten, speaks of values and names of types.
        let types =
            table.columns.iter().map(|column| &column.type_info.base).filter(|base| base.contains('.'));
        for base in types {
            if let Some(named) = crate::migration::object(&format!("TYPE {}", base.trim_end_matches("[]"))) {
                self.object(&named, How::Needs);
            }
        }
        let views = table.views.iter().filter(|view| on_it(&view.columns));
        views.clone().for_each(|view| self.uses.names.extend(names(&view.definition)));
        let views = views.map(|view| relation(&view.name));
        let statistics = table.statistics.iter().filter(|one| on_it(&one.columns)).map(|one| {
            (Object::Other { kind: ObjectKind::Statistics.noun(), name: one.name.clone() }, How::Changes)
        });
        let policies = table.policies.iter().filter(|one| on_it(&one.columns));
        let policies = policies.map(|one| part(&ObjectKind::Policy.noun(), &name, &one.name));
        let triggers = table.column_triggers.iter().filter(|one| on_it(&one.columns));
        let triggers = triggers.map(|one| part(&ObjectKind::Trigger.noun(), &name, &one.name));
        let identity =
            table.sequences.iter().filter(|one| one.column == *column).map(|one| relation(&one.name));
        let owned = table.column(column).and_then(|column| column.owned_sequence.as_ref()).map(relation);
        let on_it: Vec<(Object, How)> = indexes
            .chain(constraints)
            .chain(keys)
            .chain(views)
            .chain(statistics)
            .chain(policies)
            .chain(triggers)
            .chain(identity)
            .chain(owned)
            .collect();
        on_it.into_iter().for_each(|(object, how)| self.uses.push(object, how));
    }
}

/// The table that a text begins with: `orders INCLUDING ALL`.
fn first_table(text: &str) -> Option<TableRef> {
    let end = text.to_ascii_uppercase().find(" INCLUDING").or(text.to_ascii_uppercase().find(" EXCLUDING"));
    migration::table_named(text[..end.unwrap_or(text.len())].trim())
}

/// Everything in a schema.
fn all_of(schema: &Ident) -> Object {
    Object::Other { kind: "everything in schema".to_owned(), name: TableName::new("", schema.clone()) }
}

fn sets(property: &str) -> How {
    How::Sets(property.to_owned())
}
