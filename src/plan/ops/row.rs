//! Expressions over a row: which columns they may name, and what each name means.

use crate::catalog::{Column, Table, TypeInfo};
use crate::ident::{Ident, TableName};
use crate::migration::operation::Expr;
use crate::migration::source::Span;
use crate::pg::functions::reads_clock;
use crate::pg::session::fixed_form;
use crate::plan::conversion::Check;
use crate::plan::dual_write::{Derived, Variable, Written};
use crate::plan::planner::Draft;

/// A row as one of the two releases sees it.
pub(super) struct Row<'r> {
    table_name: &'r TableName,
    columns: Vec<Variable>,
    /// What expressions over it are called in the file: `up`, `reverse`…
    called: &'static str,
    /// The operation, to blame where no expression is written.
    span: Span,
}

impl<'r> Row<'r> {
    /// The old release's row: what `up` speaks of.
    pub fn old(draft: &Draft<'_>, table_name: &'r TableName, table: &Table) -> Self {
        let called = if draft.is_sql() { "USING" } else { "up" };
        Self { table_name, columns: table.columns.iter().map(variable).collect(), called, span: draft.span }
    }

    /// The new release's row: what `down` speaks of. A new column hides an old one of the same name.
    pub fn new(draft: &Draft<'_>, table_name: &'r TableName, table: &Table, new: &[Variable]) -> Self {
        let called = if draft.is_sql() { "reverse" } else { "down" };
        let kept =
            table.columns.iter().map(variable).filter(|old| new.iter().all(|new| new.name != old.name));
        Self { table_name, columns: new.iter().cloned().chain(kept).collect(), called, span: draft.span }
    }

    /// The value of `target`. Without an expression it is the plain assignment of `source`, and the server's assignment
    /// cast does the rest, as it would in `ALTER COLUMN … TYPE`.
    pub fn derive(
        &self,
        target: &Ident,
        type_: &TypeInfo,
        expression: Option<&Expr>,
        source: &Ident,
    ) -> Derived {
        let table = &self.table_name.name;
        let (text, used) = match expression {
            Some(written) => (
                written.without_table(table).text().to_owned(),
                written.columns_of(table, self.columns.iter().map(|variable| &variable.name)),
            ),
            None => (source.to_string(), vec![source.clone()]),
        };
        let instead = self.instead(source, type_);
        let written = match expression {
            Some(written) => Written {
                instead,
                what: format!("`{}` of column `{}`", self.called, source.as_str()),
                text: written.text().to_owned(),
                span: written.span,
            },
            None => Written {
                instead,
                what: format!("the cast of column `{}` to {}", source.as_str(), type_.base),
                text: String::new(),
                span: self.span,
            },
        };
        Derived {
            target: target.clone(),
            base_type: type_.base.clone(),
            expression: text,
            inputs: self.columns.iter().filter(|variable| used.contains(&variable.name)).cloned().collect(),
            written,
        }
    }

    /// What computes a column of the type from `source` without a look at the session, as the file would say it.
    fn instead(&self, source: &Ident, type_: &TypeInfo) -> Option<String> {
        let from = self.columns.iter().find(|variable| variable.name == *source)?;
        let form = fixed_form(&from.base_type, &type_.base, &source.to_string())?;
        Some(match self.called {
            "USING" => format!("USING {form}"),
            "reverse" => format!("-- midflight: reverse {source} = {form}"),
            // A quote at its beginning would be YAML's.
            called if form.contains('"') => format!("{called}: ({form})"),
            called => format!("{called}: \"{form}\""),
        })
    }
}

/// A table column as expressions see it.
fn variable(column: &Column) -> Variable {
    Variable {
        name: column.name.clone(),
        column: column.name.clone(),
        base_type: column.type_info.base.clone(),
        spelling: column.type_info.spelling.clone(),
        composite: column.type_info.composite,
        equality_is_identity: column.type_info.equality_is_identity,
        default: column.default.clone().or_else(|| column.type_info.default.clone()),
        volatile_default: match &column.default {
            _ if column.identity.is_some() => true,
            Some(_) => column.volatile_default,
            None => column.type_info.volatile_default,
        },
    }
}

/// The columns whose change means that the old release wrote: the ones that go, and whatever `up` reads besides.
pub(super) fn old_side(table: &Table, old: &[Ident], up: &[Derived]) -> Vec<Variable> {
    let reads = up.iter().flat_map(|derived| derived.inputs.iter().map(|input| input.column.clone()));
    let names: Vec<Ident> = old.iter().cloned().chain(reads).collect();
    table.columns.iter().filter(|column| names.contains(&column.name)).map(variable).collect()
}

/// A column that comes.
pub(super) fn new_variable(name: &Ident, physical: &Ident, type_: &TypeInfo) -> Variable {
    Variable {
        name: name.clone(),
        column: physical.clone(),
        base_type: type_.base.clone(),
        spelling: type_.spelling.clone(),
        composite: type_.composite,
        equality_is_identity: type_.equality_is_identity,
        default: None,
        volatile_default: false,
    }
}

/// What verification can ask of values that these expressions compute: one that gives another value at every evaluation
/// can't be asked for the same again.
pub(super) fn check<'e>(draft: &Draft<'_>, expressions: impl IntoIterator<Item = &'e Expr>) -> Check {
    let repeatable = |expression: &Expr| {
        let mut calls = expression.calls().into_iter();
        !draft.is_volatile(expression) && !calls.any(|call| reads_clock(call.name.as_str()))
    };
    if expressions.into_iter().all(repeatable) { Check::Values } else { Check::Filled }
}
