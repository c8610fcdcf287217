//! What uses a column in a way that keeps it as it is: views, policies, triggers, generated columns, the partition key.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Map, Relation, Schema};
use crate::ident::{Ident, TableName};
use crate::lint::{expression, functions, uses};
use crate::migration::index_key::IndexKey;
use crate::migration::object::{CreateObject, ObjectKind};
use crate::migration::operation::{Name, TableRef, Unplaced};
use crate::migration::statement::Statement;
use crate::migration::{self, mentions};

/// What keeps a column from being changed or dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// A view, materialized view, policy or trigger.
    Object(ObjectKind, TableRef),
    /// A generated column of the same table.
    Generated(Ident),
    /// The key of a partitioned table.
    PartitionKey,
}

impl Schema {
    /// What uses the column, as far as files tell. `gone` are columns that go away in the same statement.
    pub fn user_of(&self, table: &TableRef, column: &Ident, gone: &[&Ident]) -> Option<User> {
        let name = self.resolve(table);
        let known = self.relation(&name);
        if let Some(known) = known {
            if known.partition_key.as_ref().is_some_and(|key| expression::names(key).contains(column)) {
                return Some(User::PartitionKey);
            }
            let computes = |text: &String| expression::names(text).contains(column);
            let mut generated = known.columns.iter().filter(|(name, _)| !gone.contains(name));
            if let Some((name, _)) =
                generated.find(|(_, other)| other.computed.as_ref().is_some_and(computes))
            {
                return Some(User::Generated(name.clone()));
            }
            if let Some(((kind, user), _)) = known.users.iter().find(|(_, columns)| columns.contains(column))
            {
                return Some(User::Object(*kind, user.clone()));
            }
        }
        let created_in = known
            .and_then(|known| known.columns.get(column))
            .map(|known| known.created_in)
            .unwrap_or_default();
        if !self.viewed.contains(&name) {
            return None;
        }
        let mut views = self.views.iter();
        let (view, _) =
            views.find(|(_, uses)| uses.get(&name).is_some_and(|used| used.contain(column, created_in)))?;
        let kind = match self.relation(view).map(|known| known.kind) {
            Some(Relation::MaterializedView) => ObjectKind::MaterializedView,
            _ => ObjectKind::View,
        };
        Some(User::Object(kind, self.written(view)))
    }

    pub(super) fn note_view(&mut self, view: TableName, definition: &str) {
        let query = migration::after(definition, "AS").unwrap_or_default();
        let uses = uses::of(&query, self);
        uses.keys().for_each(|table| self.viewed.insert_mut(table.clone()));
        self.views.insert_mut(view, Arc::new(uses));
    }

    pub(super) fn note_user(&mut self, kind: ObjectKind, create: &CreateObject) {
        let Some(table) = &create.table else { return };
        let definition = create.definition.as_ref().map_or("", |text| text.value.as_str());
        let columns = match kind {
            ObjectKind::Policy => expression::of_policy(definition),
            _ => {
                let fires = create.fires.as_ref().map_or("", |text| text.value.as_str());
                let mut columns = expression::rows(definition);
                if let Some(list) = migration::after(fires, "UPDATE OF") {
                    // `a, b OR DELETE`
                    let list = migration::list(&list).into_iter();
                    columns.extend(list.filter_map(|column| IndexKey::parse(&column).column().cloned()));
                }
                columns
            }
        };
        let key = (kind, create.name.value.clone());
        self.edit(table, |table| drop(table.users.insert(key, columns)));
    }

    /// The views of a table, or of one of its columns, go with it.
    pub(super) fn forget_views_of(&mut self, table: &TableName, column: Option<&Ident>) {
        if !self.viewed.contains(table) {
            return;
        }
        let created_in =
            column.and_then(|column| self.relation(table)?.columns.get(column)).map(|known| known.created_in);
        let uses = |uses: &uses::Uses| match (uses.get(table), column) {
            (Some(used), Some(column)) => used.contain(column, created_in.unwrap_or_default()),
            (used, _) => used.is_some(),
        };
        let gone = self.views.iter().filter(|(_, known)| uses(known)).map(|(view, _)| view.clone());
        for view in gone.collect::<Vec<_>>() {
            self.views.remove_mut(&view);
            self.tables.remove_mut(&view);
            self.forget_views_of(&view, None);
        }
    }

    /// Nobody can say what is still there after a statement that nobody can look into.
    pub(super) fn note_unknown(&mut self, unplaced: &Unplaced) {
        let changes = |name: &Name| match self.function(name) {
            Some(known) => known.changes_schema,
            None => !functions::is_built_in(name.as_str()),
        };
        let unknown = match &unplaced.statement {
            Statement::Dynamic(_) => true,
            Statement::Do(body) => body.language != "plpgsql",
            Statement::Query(called) => called.iter().any(changes),
            _ => {
                let cascade = unplaced.head.starts_with("DROP ") && mentions(&unplaced.sql, "CASCADE");
                cascade || !unplaced.recognised || ["CALL", "DROP OWNED"].contains(&unplaced.head.as_str())
            }
        };
        if unknown {
            self.forget_users();
        }
    }

    /// Every view, policy and trigger may be gone.
    pub(super) fn forget_users(&mut self) {
        self.views = Map::new_sync();
        let used = self.tables.iter().filter(|(_, table)| !table.users.is_empty());
        for name in used.map(|(name, _)| name.clone()).collect::<Vec<_>>() {
            if let Some(table) = self.tables.get_mut(&name) {
                Arc::make_mut(table).users.clear();
            }
        }
    }

    pub(super) fn rename_in_views(&mut self, old: &TableName, new: &TableName) {
        if let Some(uses) = self.views.get(old).cloned() {
            self.views.remove_mut(old);
            self.views.insert_mut(new.clone(), uses);
        }
        if self.viewed.contains(old) {
            self.viewed.insert_mut(new.clone());
        }
        self.edit_views_of(old, |uses| {
            if let Some(columns) = uses.remove(old) {
                uses.insert(new.clone(), columns);
            }
        });
    }

    pub(super) fn rename_column_in_views(&mut self, table: &TableName, old: &Ident, new: &Ident) {
        self.edit_views_of(table, |uses| {
            if let Some(columns) = uses.get_mut(table) {
                columns.rename(old, new);
            }
        });
    }

    fn edit_views_of(&mut self, table: &TableName, edit: impl Fn(&mut uses::Uses)) {
        if !self.viewed.contains(table) {
            return;
        }
        let views = self.views.iter().filter(|(_, uses)| uses.contains_key(table));
        for view in views.map(|(view, _)| view.clone()).collect::<BTreeSet<_>>() {
            if let Some(uses) = self.views.get_mut(&view) {
                edit(Arc::make_mut(uses));
            }
        }
    }
}
