//! One name, two things: what the file drops or renames keeps its name until contract, since the old release uses it. What
//! is made under that name has another one until then, and takes it in the contract transaction; what can't wait under
//! another name is made there.

use super::LockMode;
use super::planner::{ContractPart, Draft};
use super::rows::Place;
use crate::catalog::Inbound;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName, literal};
use crate::migration::definition::{names_used, rename_casts, rename_type};
use crate::migration::direct;
use crate::migration::expression::speaks_of_value;
use crate::migration::object::{ObjectKind, ObjectName};
use crate::migration::operation::{Expr, Operation, TypeText};
use crate::migration::statement::Statement;

/// Something that has one name while both releases run and another one in the end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Handover {
    pub(super) what: Named,
    /// Until contract.
    pub(super) physical: Ident,
    /// From then on.
    pub(super) last: Ident,
}

/// Where a name lives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Named {
    /// In a schema.
    Index {
        /// The schema.
        schema: Ident,
    },
    /// On a table.
    Constraint {
        /// The table.
        table: TableName,
    },
    /// In a schema.
    Type {
        /// The schema.
        schema: Ident,
    },
}

impl Handover {
    /// The last name among relations, of an index or what has one.
    fn relation(&self) -> Option<TableName> {
        let schema = match &self.what {
            Named::Index { schema } => schema,
            Named::Constraint { table } => &table.schema,
            Named::Type { .. } => return None,
        };
        Some(TableName::new(schema.clone(), self.last.clone()))
    }

    /// The statement that gives a type its last name.
    pub(super) fn type_statement(&self) -> Option<String> {
        let Named::Type { schema } = &self.what else { return None };
        let type_ = TableName::new(schema.clone(), self.physical.clone());
        (self.physical != self.last).then(|| format!("ALTER TYPE {type_} RENAME TO {}", self.last))
    }
}

/// What is known of names that change hands.
#[derive(Default)]
pub(super) struct NameHandover {
    pub(super) given: Vec<Handover>,
    /// Names that mean something else, or nothing, until contract.
    waiting: Vec<Ident>,
    /// Values of enums: what contract calls them, and what they are called until then.
    values: Vec<(String, String)>,
    /// Relations that contract makes.
    made_in_contract: Vec<TableName>,
    /// What contract makes after its renames.
    pub(super) made_last: Vec<Ident>,
}

impl NameHandover {
    /// Whether a relation's name is given to it by contract.
    pub(super) fn settles(&self, name: &TableName) -> bool {
        let index = |one: &Handover| match &one.what {
            Named::Index { schema } => *schema == name.schema && one.last == name.name,
            Named::Constraint { table } => table.schema == name.schema && one.last == name.name,
            Named::Type { .. } => false,
        };
        self.given.iter().any(index) || self.made_in_contract.contains(name)
    }

    /// From the last one back.
    fn of(&self, what: &Named) -> impl Iterator<Item = &Handover> {
        self.given.iter().rev().filter(move |one| one.what == *what)
    }
}

/// Where a name is free only after contract, and nothing can have another one until then.
pub(super) fn refuse(name: &TableName) -> Error {
    Error::refused(format!("`{name}` has to be another thing until contract: the old release uses what has the name now"))
        .hint("give the new one a name of its own; or put this statement in a migration that is expanded after this one is contracted")
}

impl Draft<'_> {
    /// The name that an index, or a constraint with an index, has while both releases run.
    pub(super) fn physical_index(&mut self, table: &TableName, name: &Ident) -> Ident {
        let full = TableName::new(table.schema.clone(), name.clone());
        let taken = self.first.relations.contains_key(&full);
        self.physical(Named::Index { schema: table.schema.clone() }, name, taken)
    }

    /// The same of a constraint.
    pub(super) fn physical_constraint(&mut self, table: &TableName, name: &Ident, with_index: bool) -> Ident {
        let full = TableName::new(table.schema.clone(), name.clone());
        let known = self.first.tables.get(table);
        let taken = known.is_some_and(|table| table.constraints.iter().any(|known| known.name == *name))
            || (with_index && self.first.relations.contains_key(&full));
        self.physical(Named::Constraint { table: table.clone() }, name, taken)
    }

    /// The same of a type.
    pub(super) fn physical_type_name(&mut self, name: &ObjectName) -> ObjectName {
        let there = self.first.objects.contains_key(name);
        let physical = self.physical(Named::Type { schema: name.schema.clone() }, &name.name, there);
        ObjectName { name: physical, ..name.clone() }
    }

    fn physical(&mut self, what: Named, last: &Ident, taken: bool) -> Ident {
        if !taken {
            return last.clone();
        }
        if self.place == Place::Contract {
            // It comes after what has the name now is gone; an index goes later than that.
            match &what {
                Named::Constraint { table }
                    if !self
                        .first
                        .relations
                        .contains_key(&TableName::new(table.schema.clone(), last.clone())) => {}
                Named::Constraint { table: TableName { schema, .. } }
                | Named::Index { schema }
                | Named::Type { schema } => {
                    self.name_in_the_way = Some(TableName::new(schema.clone(), last.clone()));
                }
            }
            return last.clone();
        }
        let physical = last.prefixed("_midflight_new_");
        self.hand_over(Handover { what, physical: physical.clone(), last: last.clone() });
        physical
    }

    /// The constraint comes with its last name, in the contract transaction.
    pub(super) fn takes_name_itself(&mut self, table: &TableName, name: &Ident) {
        let what = Named::Constraint { table: table.clone() };
        let its = |one: &Handover| one.what == what && one.last == *name;
        self.contract_transaction
            .parts
            .retain(|part| !matches!(part, ContractPart::HandOver(one) if its(one)));
    }

    /// Has contract give something its last name, at this place of the file.
    pub(super) fn hand_over(&mut self, handover: Handover) {
        self.names.given.push(handover.clone());
        self.contract_transaction.parts.push(ContractPart::HandOver(handover));
    }

    /// The name before the file of a constraint that the file has renamed.
    pub(super) fn first_constraint(&self, table: &TableName, name: &Ident) -> Ident {
        let what = Named::Constraint { table: table.clone() };
        first_name(self.names.of(&what), name)
    }

    /// The same of an index.
    pub(super) fn first_index(&self, index: &TableName) -> TableName {
        let what = Named::Index { schema: index.schema.clone() };
        TableName::new(index.schema.clone(), first_name(self.names.of(&what), &index.name))
    }

    /// The name that something has in the end: of an index or constraint of before the file.
    pub(super) fn last_constraint(&self, table: &TableName, name: &Ident) -> Ident {
        let given =
            self.names.given.iter().filter(|one| one.what == Named::Constraint { table: table.clone() });
        last_name(given, name)
    }

    /// The same of an index.
    pub(super) fn last_index(&self, schema: &Ident, name: &Ident) -> Ident {
        let given = self.names.given.iter().filter(|one| one.what == Named::Index { schema: schema.clone() });
        last_name(given, name)
    }

    /// An operation with the names that things have while both releases run, where the file has given them others.
    pub(super) fn as_built(&self, operation: &Operation) -> Operation {
        let mut built = operation.clone();
        match &mut built {
            Operation::AddColumn(op) => self.built_type(&mut op.column.type_),
            Operation::ChangeType(op) => {
                self.built_type(&mut op.type_);
                op.up.iter_mut().for_each(|up| *up = Expr::new(self.built_casts(up.text()), up.span));
            }
            Operation::TransformColumns(op) => {
                op.to.iter_mut().for_each(|column| self.built_type(&mut column.type_));
                op.up.values_mut().for_each(|up| *up = Expr::new(self.built_casts(up.text()), up.span));
            }
            _ => {}
        }
        built
    }

    /// A type under the name that it has while both releases run.
    fn built_type(&self, type_: &mut TypeText) {
        type_.value = rename_type(&type_.value, |name| self.physical_type(name));
    }

    /// An expression that casts to such types.
    pub(super) fn built_casts(&self, expression: &str) -> String {
        rename_casts(expression, |name| self.physical_type(name))
    }

    /// The name that a type has while both releases run, if the file gives it another one.
    pub(super) fn physical_type(&self, name: &Ident) -> Option<Ident> {
        let mut given = self.names.given.iter().rev();
        given
            .find(|one| matches!(one.what, Named::Type { .. }) && one.last == *name)
            .map(|one| one.physical.clone())
    }

    /// Whether an object's name, or what it stands on, is there only in contract.
    pub(super) fn has_to_wait(&self, operation: &Operation) -> bool {
        if let Some((kind, op)) = operation.created() {
            let name = self.object_name(&op.object(kind));
            let there = self.first.objects.contains_key(&name) && !self.now.objects.contains_key(&name);
            let relation = TableName::new(name.schema, name.name);
            let taken = kind.is_relation()
                && self.first.relations.contains_key(&relation)
                && !self.now.relations.contains_key(&relation);
            if (there || taken) && !matches!(kind, ObjectKind::Type | ObjectKind::Domain) {
                return true;
            }
        }
        if (self.names.waiting.is_empty() && self.names.values.is_empty()) || comes_in_contract(operation) {
            return false;
        }
        let schema = Ident::new(self.now.schema.as_str());
        let text = direct::statements(operation, &schema).join("; ");
        !names_used(&text, &self.names.waiting).is_empty() || !self.values_used(&text).is_empty()
    }

    /// Notes that an enum's value has another name from contract on.
    pub(super) fn value_waits(&mut self, from: &str, to: &str) {
        self.names.values.push((to.to_owned(), from.to_owned()));
    }

    /// The values of a text that are there only from contract on.
    fn values_used(&self, text: &str) -> Vec<String> {
        let waiting = self.names.values.iter().map(|(to, _)| to);
        waiting.filter(|value| speaks_of_value(text, value)).map(|value| literal(value)).collect()
    }

    /// Leaves a statement to contract, since something that it needs is there only then.
    pub(super) fn wait_for_contract(&mut self, operation: &Operation) -> Result<()> {
        let schema = Ident::new(self.now.schema.as_str());
        let statements = direct::statements(operation, &schema);
        let table = match operation {
            Operation::CreateTrigger(op) | Operation::CreatePolicy(op) => op.table.as_deref(),
            Operation::DropTrigger(op) | Operation::DropPolicy(op) => op.table.as_deref(),
            _ if operation.created().is_some() || operation.dropped().is_some() => None,
            Operation::Grant(_)
            | Operation::Revoke(_)
            | Operation::CommentOn(_)
            | Operation::AlterSequence(_) => None,
            // On a materialized view that contract makes.
            Operation::CreateIndex(op) if self.names.made_in_contract.contains(&self.resolve(&op.table)) => {
                None
            }
            Operation::Unplaced(op)
                if matches!(op.statement, Statement::Rename { .. } | Statement::Refresh { .. }) =>
            {
                None
            }
            _ => {
                let text = statements.join("; ");
                let names = names_used(&text, &self.names.waiting);
                let mut names: Vec<String> = names.iter().map(ToString::to_string).collect();
                let values = self.values_used(&text);
                if !values.is_empty() && names.is_empty() {
                    let error = Error::refused(format!(
                        "this needs the value {}, which has another name until contract",
                        values.join(", ")
                    ));
                    return Err(error.hint(
                        "write it above the rename, under the old name; or in a migration that is expanded after this one is \
                         contracted",
                    ));
                }
                names.extend(values);
                let message = format!(
                    "this needs {}, which is another thing until contract: the old release uses what has the name now",
                    names.join(", ")
                );
                return Err(Error::refused(message).hint(
                    "put this statement in a migration that is expanded after this one is contracted",
                ));
            }
        };
        let table = table.map(|table| self.resolve(table));
        if let Some((kind, op)) = operation.created() {
            let name = self.object_name(&op.object(kind));
            self.touch_object(&name);
            self.wait_for(&name);
            self.note(format!(
                "contract makes {} {} again: until then both releases use the one that is there",
                kind.noun(),
                name.sql()
            ));
        }
        let summary = statements.first().map(|sql| head(sql)).unwrap_or_default();
        if self.speaks_of_last_names(operation, &statements) {
            self.names.made_last.extend(operation.created().map(|(_, op)| op.name.name.clone()));
            self.last_in_contract(summary, table, statements);
            return Ok(());
        }
        match table {
            Some(table) => self.in_contract(summary, &table, statements),
            None => self.in_contract_unlocked(summary, statements),
        }
        Ok(())
    }

    /// Notes that a name means this object only from contract on.
    pub(super) fn wait_for(&mut self, name: &ObjectName) {
        self.names.waiting.push(name.name.clone());
        if name.kind.is_relation() {
            self.names.made_in_contract.push(TableName::new(name.schema.clone(), name.name.clone()));
        }
    }

    /// Whether a column that the migration replaces takes an index or constraint with it: its copy has the last name
    /// then.
    fn goes_with_a_column(&self, handover: &Handover) -> bool {
        self.tables_with_replaced().iter().any(|(name, table, replaced)| {
            let gone =
                |columns: &[Ident]| columns.iter().any(|column| replaced.iter().any(|one| one.goes(column)));
            let called = [&handover.physical, &handover.last];
            match &handover.what {
                Named::Index { schema } => {
                    let its = table.indexes.iter().filter(|index| called.contains(&&index.name));
                    *schema == name.schema && its.into_iter().any(|index| gone(&index.columns))
                }
                Named::Constraint { table: of } => {
                    let its = table.constraints.iter().filter(|known| called.contains(&&known.name));
                    let refers = |key: &&Inbound| key.table == *of && called.contains(&&key.constraint);
                    let to_it = table.referenced_by.iter().filter(refers).any(|key| gone(&key.columns));
                    to_it || (of == name && its.into_iter().any(|known| gone(&known.columns)))
                }
                Named::Type { .. } => false,
            }
        })
    }

    /// The statements that give something its last name. What has the name until then goes first.
    pub(super) fn settle(&mut self, handover: &Handover) -> Option<ContractPart> {
        if handover.physical == handover.last {
            return None;
        }
        if self.goes_with_a_column(handover) {
            // The copy takes the name with its column, so that what has the name now goes before, and by no later step.
            let (drop, table) = self.make_room(&handover.relation()?);
            self.in_contract_first(drop);
            table.iter().for_each(|table| self.lock_in_contract(table, LockMode::AccessExclusive));
            return None;
        }
        let Handover { what, physical, last } = handover;
        Some(match what {
            Named::Index { schema } => {
                let index = TableName::new(schema.clone(), physical.clone());
                let (mut sql, table) = self.make_room(&TableName::new(schema.clone(), last.clone()));
                sql.push(format!("ALTER INDEX {index} RENAME TO {last}"));
                ContractPart::Statements { summary: format!("rename index {index} to {last}"), sql, table }
            }
            Named::Constraint { table } => {
                let (mut sql, other) = self.make_room(&TableName::new(table.schema.clone(), last.clone()));
                if let Some(other) = other {
                    self.lock_in_contract(&other, LockMode::AccessExclusive);
                }
                sql.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {physical} TO {last}"));
                let summary = format!("rename constraint {physical} of {table} to {last}");
                ContractPart::Statements { summary, sql, table: Some(table.clone()) }
            }
            Named::Type { schema } => {
                let type_ = TableName::new(schema.clone(), physical.clone());
                let sql = vec![format!("ALTER TYPE {type_} RENAME TO {last}")];
                ContractPart::Statements {
                    summary: format!("rename type {type_} to {last}"),
                    sql,
                    table: None,
                }
            }
        })
    }

    /// An index whose name is taken over is dropped in the contract transaction, and not after it. One that the file has
    /// renamed has made room already.
    pub(super) fn make_room(&mut self, index: &TableName) -> (Vec<String>, Option<TableName>) {
        let before = self.contract.len();
        if self.dropped_indexes.contains(index) {
            self.contract.retain(|step| !step.drops_index(index));
        }
        match self.contract.len() < before {
            // Gone already, if a column that it is on was replaced above.
            true => (vec![format!("DROP INDEX IF EXISTS {index}")], self.table_of_index(index)),
            false => (Vec::new(), None),
        }
    }

    /// The table of an index at this place of the file.
    pub(super) fn table_of(&self, index: &TableName) -> Option<TableName> {
        let mut tables = self.now.tables.iter().filter(|(table, _)| table.schema == index.schema);
        tables
            .find(|(_, table)| table.indexes.iter().any(|known| known.name == index.name))
            .map(|(name, _)| name.clone())
    }

    /// The comment that an index or constraint of before the file had; nothing where the file makes it.
    pub(super) fn comment_before(&self, built: &ObjectName) -> Option<Option<String>> {
        let comment = self.first.objects.get(built).and_then(|object| object.comment.clone());
        match &built.table {
            Some(table) => {
                let known = self.first.tables.get(table)?;
                let found = known.constraints.iter().find(|known| known.name == built.name)?;
                Some(comment.or_else(|| found.comment.clone()))
            }
            None => {
                let index = TableName::new(built.schema.clone(), built.name.clone());
                self.first.relations.contains_key(&index).then_some(comment)
            }
        }
    }

    fn table_of_index(&self, index: &TableName) -> Option<TableName> {
        let mut tables = self.first.tables.iter().filter(|(table, _)| table.schema == index.schema);
        let has = |table: &crate::catalog::Table| table.indexes.iter().any(|known| known.name == index.name);
        tables.find(|(_, table)| has(table)).map(|(name, _)| name.clone())
    }
}

/// What contract does anyway, in the order of the file: whatever it needs is there then.
fn comes_in_contract(operation: &Operation) -> bool {
    match operation {
        Operation::DropColumn(_)
        | Operation::DropConstraint(_)
        | Operation::DropIndex(_)
        | Operation::DropTable(_)
        | Operation::RenameConstraint(_)
        | Operation::RenameIndex(_)
        | Operation::RenameEnumValue(_) => true,
        Operation::Sql(op) => op.expand.is_none(),
        _ => false,
    }
}

/// Going back through the renames of a file.
fn first_name<'h>(given: impl Iterator<Item = &'h Handover>, name: &Ident) -> Ident {
    given.fold(name.clone(), |name, one| if one.last == name { one.physical.clone() } else { name })
}

/// Going forward through them.
fn last_name<'h>(given: impl Iterator<Item = &'h Handover>, name: &Ident) -> Ident {
    given.fold(name.clone(), |name, one| if one.physical == name { one.last.clone() } else { name })
}

/// The words at the beginning of a statement, for a summary.
fn head(sql: &str) -> String {
    let short: String = sql.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    short.trim_end_matches(['(', ',']).to_owned()
}
