//! Functions: those that do something of their own with NULL, and the others.

use sqlparser::ast::{self, BinaryOperator, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::Reading;
use crate::migration::expression::Call;
use crate::migration::expression::value::{Known, Value};

impl Reading<'_> {
    pub(super) fn function(&self, function: &ast::Function) -> Value {
        let (Some(call), Some(arguments)) = (Call::of(function), arguments(function)) else {
            return Value::ANY;
        };
        let name = if call.may_be_built_in() { call.name.as_str() } else { "" };
        let values = || arguments.iter().map(|one| self.value(one));
        match name {
            "coalesce" => coalesce(values()),
            "nullif" => match arguments[..] {
                [of, with] => self.null_if(of, with),
                _ => Value::ANY,
            },
            "num_nonnulls" => {
                count(values(), |value| value.known != Known::Nothing, |value| !value.may_be_null)
            }
            "num_nulls" => count(values(), |value| value.may_be_null, Value::is_nothing_but_null),
            "greatest" | "least" => {
                if values().all(|value| value.is_nothing_but_null()) {
                    Value::NULL
                } else {
                    Value::ANY
                }
            }
            "concat" => join(values()),
            "concat_ws" => match values().next() {
                Some(separator) if separator.is_nothing_but_null() => Value::NULL,
                Some(separator) if !separator.may_be_null => join(values().skip(1)),
                _ => Value::ANY,
            },
            "length" | "char_length" | "character_length" | "octet_length" => {
                self.of_text(&arguments, |text| {
                    i64::try_from(text.chars().count()).map_or(Value::ANY, |length| match text.is_ascii() {
                        true => Value::number(length, length),
                        false => Value::not_null(Known::Anything),
                    })
                })
            }
            "lower" => self.of_text(&arguments, |text| ascii(text, str::to_ascii_lowercase)),
            "upper" => self.of_text(&arguments, |text| ascii(text, str::to_ascii_uppercase)),
            "btrim" if arguments.len() == 1 => self.of_text(&arguments, trimmed),
            _ if (self.rows.gives_null_for_null)(&call) => self.strict(&arguments),
            _ => Value::ANY,
        }
    }

    /// `trim(x)`, `trim(both ' ' from x)`
    pub(super) fn trim(&self, of: &ast::Expr, what: Option<&ast::Expr>, characters: &[ast::Expr]) -> Value {
        if what.is_none() && characters.is_empty() {
            return self.of_text(&[of], trimmed);
        }
        self.strict(&what.into_iter().chain([of]).chain(characters).collect::<Vec<_>>())
    }

    /// A strict function of a text, worked out where the text is known.
    fn of_text(&self, arguments: &[&ast::Expr], work: impl FnOnce(&str) -> Value) -> Value {
        let [argument] = arguments else { return self.strict(arguments) };
        match self.value(argument) {
            Value { may_be_null: false, known: Known::Text(text) } => work(&text),
            _ => self.strict(arguments),
        }
    }

    fn null_if(&self, of: &ast::Expr, with: &ast::Expr) -> Value {
        let value = self.value(of);
        let equal = self.binary(of, &BinaryOperator::Eq, with);
        let truth = equal.truth();
        if truth.may_be_true && !truth.may_be_false && !equal.may_be_null {
            return Value::NULL;
        }
        Value { may_be_null: value.may_be_null || truth.may_be_true, ..value }
    }
}

/// Text in which each letter is one byte keeps its meaning in every encoding and collation.
fn ascii(text: &str, change: fn(&str) -> String) -> Value {
    Value::not_null(if text.is_ascii() { Known::Text(change(text)) } else { Known::Anything })
}

fn trimmed(text: &str) -> Value {
    Value::not_null(Known::Text(text.trim_matches(' ').to_owned()))
}

/// The arguments by place; none where they have names, or one stands for many.
fn arguments(function: &ast::Function) -> Option<Vec<&ast::Expr>> {
    if function.filter.is_some() || function.over.is_some() {
        return None;
    }
    match &function.args {
        FunctionArguments::None => Some(Vec::new()),
        FunctionArguments::Subquery(_) => None,
        FunctionArguments::List(list) => list
            .args
            .iter()
            .map(|argument| match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
                FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => None,
            })
            .collect(),
    }
}

fn coalesce(values: impl Iterator<Item = Value>) -> Value {
    let mut found = Value::not_null(Known::Nothing);
    for value in values {
        let is_last = !value.may_be_null;
        found = found.or(&value.but_null());
        if is_last {
            return found;
        }
    }
    Value { may_be_null: true, ..found }
}

/// How many of the values there are at least, and at most.
fn count(values: impl Iterator<Item = Value>, may: fn(&Value) -> bool, must: fn(&Value) -> bool) -> Value {
    let (low, high) = values
        .fold((0, 0), |(low, high), value| (low + i64::from(must(&value)), high + i64::from(may(&value))));
    Value::number(low, high)
}

/// `concat`, which leaves NULL out.
fn join(values: impl Iterator<Item = Value>) -> Value {
    let mut joined = String::new();
    for value in values {
        match value {
            Value { known: Known::Nothing, .. } => {}
            Value { may_be_null: false, known: Known::Text(text) } => joined.push_str(&text),
            _ => return Value::not_null(Known::Anything),
        }
    }
    Value::not_null(Known::Text(joined))
}
