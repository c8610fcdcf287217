//! Which functions an expression calls.

use std::fmt;
use std::ops::ControlFlow;

use sqlparser::ast::{self, visit_expressions};

use super::{Expr, ident, words};
use crate::ident::Ident;

/// The name of a function that is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The schema, where one is written.
    pub schema: Option<Ident>,
    /// The function's own name.
    pub name: Ident,
}

impl Call {
    /// The name of a function, as the parser has it.
    pub(super) fn of(function: &ast::Function) -> Option<Self> {
        let mut parts = function.name.0.iter().rev().map_while(|part| part.as_ident()).map(ident);
        Some(Self { name: parts.next()?, schema: parts.next() })
    }

    /// Whether it names one of PostgreSQL's own functions, if there is one of this name.
    pub fn may_be_built_in(&self) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.as_str() == "pg_catalog")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        self.name.fmt(f)
    }
}

impl Expr {
    /// Every function that the expression calls, in order. Without a tree every name before a parenthesis is among them.
    pub fn calls(&self) -> Vec<Call> {
        let Some(tree) = self.tree() else {
            let called = words(self.text()).into_iter().filter(|word| word.called);
            return called.map(|mut word| Call { schema: word.qualifiers.pop(), name: word.ident }).collect();
        };
        let mut found = Vec::new();
        let _ = visit_expressions(tree, |expression| {
            if let ast::Expr::Function(function) = expression {
                found.extend(Call::of(function));
            }
            ControlFlow::<()>::Continue(())
        });
        found
    }
}
