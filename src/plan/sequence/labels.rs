//! Values of enums under the names that they have before the file: contract gives them the others. A value that the file
//! adds has its last name from the beginning.

use super::File;
use crate::error::{Error, Result};
use crate::ident::{Ident, TableName};
use crate::migration::direct;
use crate::migration::expression::speaks_of_value;
use crate::migration::object::ObjectKind;
use crate::migration::operation::{Operation, Step, TableRef};
use crate::migration::source::Span;
use crate::migration::statement::Statement;

/// A value that has another name from here on.
struct Renamed {
    /// The type under its first name.
    type_: TableName,
    from: String,
    to: String,
}

/// The steps with the values that are there until contract.
pub(super) fn by_first_name(file: &File<'_>, steps: &[Step]) -> Result<Vec<Step>> {
    let mut labels = Labels { file, renamed: Vec::new(), called: Vec::new() };
    let mut settled: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let (mut step, span) = (step.clone(), step.span);
        match &mut step.operation {
            Operation::RenameEnumValue(op) => {
                let type_ = labels.type_of(&op.type_);
                let made = settled.iter().rposition(|earlier| labels.adds(earlier, &type_, &op.value));
                if let Some(at) = made {
                    labels.refuse_uses(&settled[at + 1..], &op.value, span)?;
                    if let Operation::AddEnumValue(added) = &mut settled[at].operation {
                        added.value = op.to.clone();
                    }
                    continue;
                }
                labels.renamed.push(Renamed { type_, from: op.value.clone(), to: op.to.clone() });
            }
            Operation::AddEnumValue(op) => {
                let type_ = labels.type_of(&op.type_);
                labels.refuse_taken(&type_, &op.value, span)?;
                for place in [&mut op.before, &mut op.after].into_iter().flatten() {
                    *place = labels.first(&type_, place);
                }
            }
            Operation::SetDefault(op) => {
                let Some(type_) = labels.enum_of(&op.table, &op.column) else {
                    settled.push(step);
                    continue;
                };
                for one in labels.renamed.iter().rev().filter(|one| one.type_ == type_) {
                    if let Some(instead) = op.default.literal_instead(&one.to, &one.from) {
                        op.default = instead;
                    }
                }
            }
            Operation::Unplaced(op) => match &op.statement {
                Statement::Rename { kind: ObjectKind::Type, name, table: None, part: None, to } => {
                    let now = TableName::new(file.resolve(name).schema, to.value.clone());
                    labels.called.push((now, labels.type_of(name)));
                }
                Statement::SetSchema { kind: ObjectKind::Type, name, to } => {
                    let now = TableName::new(to.value.clone(), name.name.clone());
                    labels.called.push((now, labels.type_of(name)));
                }
                _ => {}
            },
            _ => {}
        }
        settled.push(step);
    }
    Ok(settled)
}

struct Labels<'c, 'f> {
    file: &'c File<'f>,
    renamed: Vec<Renamed>,
    /// Types that the file has renamed: what they are called, and what they were called first.
    called: Vec<(TableName, TableName)>,
}

impl Labels<'_, '_> {
    /// What a value is called before the file.
    fn first(&self, type_: &TableName, value: &str) -> String {
        let mut value = value.to_owned();
        for one in self.renamed.iter().rev().filter(|one| one.type_ == *type_) {
            if one.to == value {
                value = one.from.clone();
            }
        }
        value
    }

    /// Whether a step adds this value to a type that was there without it.
    fn adds(&self, step: &Step, type_: &TableName, value: &str) -> bool {
        let Operation::AddEnumValue(op) = &step.operation else { return false };
        let mut known = self.file.catalog.objects.iter();
        let there = known.any(|(name, object)| {
            name.kind == ObjectKind::Type
                && TableName::new(name.schema.clone(), name.name.clone()) == *type_
                && object.labels.iter().any(|label| label == value)
        });
        !there && op.value == *value && self.type_of(&op.type_) == *type_
    }

    /// The type of a column that was there before the file.
    fn enum_of(&self, table: &TableRef, column: &Ident) -> Option<TableName> {
        let known = self.file.catalog.tables.get(&self.file.resolve(table))?;
        let base = &known.column(column)?.type_info.base;
        let named = crate::migration::object(&format!("TYPE {base}"))?;
        Some(self.file.resolve(&named.name))
    }

    /// A type under the name that it has before the file.
    fn type_of(&self, named: &TableRef) -> TableName {
        let name = self.file.resolve(named);
        let first = self.called.iter().rev().find(|(now, _)| *now == name);
        first.map_or(name, |(_, first)| first.clone())
    }

    /// The value exists until contract under the name that is to be free.
    fn refuse_taken(&self, type_: &TableName, value: &str, span: Span) -> Result<()> {
        if !self.renamed.iter().any(|one| one.type_ == *type_ && one.from == value) {
            return Ok(());
        }
        let error = Error::refused(format!(
            "value `{value}` of enum {type_} is renamed above and added again: until contract the old release means another \
             value by it"
        ));
        let hint = "add the value in a migration that is expanded after this one is contracted";
        Err(error.hint(hint).at(&self.file.migration.source, span))
    }

    /// A value that the file adds has its last name only.
    fn refuse_uses(&self, between: &[Step], value: &str, span: Span) -> Result<()> {
        let schema = Ident::new(self.file.catalog.schema.as_str());
        let speaks = |step: &&Step| {
            direct::statements(&step.operation, &schema).iter().any(|sql| speaks_of_value(sql, value))
        };
        if between.iter().find(speaks).is_none() {
            return Ok(());
        }
        let error = Error::refused(format!("value `{value}` is added, used and renamed in one file"));
        let hint = "add it under its last name";
        Err(error.hint(hint).at(&self.file.migration.source, span))
    }
}
