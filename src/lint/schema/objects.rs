//! What statements change about views, types, functions and the like.

use std::sync::Arc;

use super::object::{Relation, TypeInfo, TypeKind};
use super::{Function, Schema, Signature};
use crate::migration::object::{CreateObject, DropObject, ObjectKind};
use crate::migration::operation::TableRef;
use crate::migration::statement::DomainAction;
use crate::migration::{self, Piece, contains, mentions};

impl Schema {
    pub(super) fn alter_domain(&mut self, domain: &TableRef, action: &DomainAction) {
        let Some(known) = self.types.get_mut(&domain.name) else { return };
        let TypeKind::Domain { constrained, .. } = &mut Arc::make_mut(known).kind else { return };
        match action {
            DomainAction::Scans(_) | DomainAction::AddNotValid => *constrained = true,
            // which constraint it was is not known; of several, one may be left
            DomainAction::Loosens => *constrained = false,
            DomainAction::Other => {}
        }
    }

    pub(super) fn create_object(&mut self, kind: ObjectKind, create: &CreateObject) {
        let key = (kind, create.name.in_schema(&self.session_schema()));
        let exists = self.objects.contains_key(&key);
        let kept = exists && (create.or_replace || create.if_not_exists);
        if !kept && !create.or_replace {
            self.objects.insert_mut(key, self.now());
        }
        let definition = create.definition.as_ref().map_or("", |text| text.value.as_str());
        let name = create.name.name.clone();
        let created_in = self.now();
        match kind {
            ObjectKind::View if (!create.or_replace || self.table(&create.name).is_none()) => {
                let temporary = create.modifier.as_ref().is_some_and(|word| word.value.starts_with("TEMP"));
                self.create_relation(&create.name, temporary, create.or_replace, Relation::View);
            }
            ObjectKind::MaterializedView => {
                self.create_relation(&create.name, false, create.if_not_exists, Relation::MaterializedView);
                let unreadable = !exists && mentions(definition, "WITH NO DATA");
                self.edit(&create.name, |view| view.unreadable |= unreadable);
            }
            ObjectKind::Domain => {
                self.types
                    .insert_mut(name, Arc::new(TypeInfo { created_in, kind: TypeKind::domain(definition) }));
            }
            ObjectKind::Type => {
                self.session.transaction.types.push(name.clone());
                self.types.insert_mut(name, Arc::new(TypeInfo { created_in, kind: TypeKind::Other }));
            }
            ObjectKind::Function | ObjectKind::Procedure => {
                self.functions.insert_mut(name, function(definition));
                if let Some(signature) = Signature::of(create) {
                    let key = create.name.in_schema(&self.session_schema());
                    let mut known = self.signatures.get(&key).cloned().unwrap_or_default();
                    // one that can't be replaced so stays as it is
                    if known.iter().all(|one| one.types != signature.types) {
                        known.push(signature);
                    }
                    self.signatures.insert_mut(key, known);
                }
            }
            ObjectKind::Policy => {
                if let Some(table) = &create.table {
                    self.edit(table, |table| table.policies.extend([name]));
                }
            }
            _ => {}
        }
        match kind {
            ObjectKind::View | ObjectKind::MaterializedView if !(exists && create.if_not_exists) => {
                self.note_view(self.resolve(&create.name), definition);
                let outputs = migration::view_columns(definition);
                self.edit(&create.name, |view| {
                    let fits = match (&view.outputs, &outputs) {
                        (Some(old), Some(new)) => new.starts_with(old),
                        _ => true,
                    };
                    if fits {
                        view.outputs = outputs;
                    }
                });
            }
            ObjectKind::Policy | ObjectKind::Trigger => self.note_user(kind, create),
            _ => {}
        }
    }

    pub(super) fn drop_object(&mut self, kind: ObjectKind, drop: &DropObject) {
        let key = (kind, drop.name.in_schema(&self.session_schema()));
        self.objects.remove_mut(&key);
        match kind {
            ObjectKind::View | ObjectKind::MaterializedView => {
                let name = self.resolve(&drop.name);
                let known = self.relation(&name).filter(|view| !self.is_new(view.created_in));
                if let Some(outputs) = known.and_then(|view| view.outputs.clone()) {
                    self.dropped_views.insert_mut(name, outputs);
                }
                if kind == ObjectKind::View {
                    self.session.transaction.dropped_views.push(self.resolve(&drop.name));
                }
                self.forget(&drop.name);
            }
            ObjectKind::Policy | ObjectKind::Trigger => {
                let Some(table) = &drop.table else { return };
                self.edit_known(table, |table| {
                    table.users.remove(&(kind, drop.name.value.clone()));
                    if kind == ObjectKind::Policy {
                        table.policies.remove(&drop.name.name);
                    }
                });
            }
            ObjectKind::Type | ObjectKind::Domain => {
                self.types.remove_mut(&drop.name.name);
            }
            ObjectKind::Function | ObjectKind::Procedure => {
                self.signatures.remove_mut(&drop.name.in_schema(&self.session_schema()));
            }
            _ => {}
        }
        let tracked =
            [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Policy, ObjectKind::Trigger];
        if drop.cascade && !tracked.contains(&kind) {
            self.forget_users();
        }
    }
}

/// What stands between the dollar quotes of a function's definition.
pub fn body(definition: &str) -> &str {
    let body = definition.split_once('$').map_or("", |(_, body)| body);
    body.split_once('$').map_or(body, |(_, body)| body)
}

/// What begins a change of the schema.
const VERBS: &[&str] = &["create", "alter", "drop", "truncate"];

fn function(definition: &str) -> Function {
    let declared = |word: &str| mentions(definition, word);
    let volatile = !declared("IMMUTABLE") && !declared("STABLE");
    let body = body(definition);
    let changes = |sql: &str| {
        let starts = |verb: &&str| sql.get(..verb.len()).is_some_and(|head| head.eq_ignore_ascii_case(verb));
        VERBS.iter().any(starts)
    };
    // reading a body takes longer than looking for the words
    let may_change = VERBS.iter().any(|verb| contains(body, verb));
    let changes_schema = may_change
        && migration::pieces(body).iter().any(|piece| match piece {
            Piece::Sql(span) => changes(&body[span.range()]),
            Piece::Constant(sql) => changes(&sql.value),
            Piece::Dynamic(span) => {
                VERBS.iter().any(|verb| contains(&body[span.range()], &format!("{verb} ")))
            }
        });
    Function { volatile, changes_schema, for_triggers: declared("RETURNS TRIGGER") }
}
