//! The keys of one operation of another tool, each read once: what nobody has read at the end is unknown.

use std::cell::RefCell;

use super::node::{Node, Value};
use crate::error::{Error, Result};
use crate::ident::Ident;
use crate::migration::operation::{Expr, Name, TableRef};
use crate::migration::source::{Located, Source, Span};
use crate::text::nearest;

/// A map of a file, while it is read.
pub(super) struct Fields<'a> {
    pub source: &'a Source,
    /// What it is part of, for messages: `add_column`.
    pub operation: &'a str,
    /// Where the operation stands.
    pub span: Span,
    entries: &'a [(Located<String>, Node)],
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Fields<'a> {
    /// The keys of a map, and an error for anything else.
    pub fn of(source: &'a Source, operation: &'a str, span: Span, node: &'a Node) -> Result<Self> {
        match &node.value {
            Value::Map(entries) => Ok(Self { source, operation, span, entries, asked: RefCell::default() }),
            _ => {
                Err(Error::usage(format!("`{operation}` has to be a map of keys"))
                    .at(source, place(node, span)))
            }
        }
    }

    /// An error about this operation.
    pub fn fault(&self, message: impl std::fmt::Display, instead: impl Into<String>) -> Error {
        Error::usage(format!("`{}`: {message}", self.operation)).at(self.source, self.span).hint(instead)
    }

    fn find(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.entries.iter().find(|(name, _)| name.as_str() == key).map(|(_, node)| node)
    }

    fn wrong(&self, key: &str, node: &Node, wanted: &str) -> Error {
        let message = format!("`{key}` of `{}` has to be {wanted}", self.operation);
        Error::usage(message).at(self.source, place(node, self.span))
    }

    fn missing(&self, key: &str) -> Error {
        Error::usage(format!("`{key}` of `{}` is missing", self.operation)).at(self.source, self.span)
    }

    /// Whether the key is there, `null` or not.
    pub fn has(&self, key: &'static str) -> bool {
        self.find(key).is_some()
    }

    /// A text, if there is one that is not empty. A number and a truth are the text that they are written as.
    pub fn maybe(&self, key: &'static str) -> Result<Option<Located<String>>> {
        let Some(node) = self.find(key) else { return Ok(None) };
        self.as_text(key, node)
    }

    fn as_text(&self, key: &str, node: &Node) -> Result<Option<Located<String>>> {
        let text = match &node.value {
            Value::Null => return Ok(None),
            Value::Text(text) => text.trim().to_owned(),
            Value::Flag(_) | Value::Number => self.source.slice(node.span).trim().to_owned(),
            Value::List(_) | Value::Map(_) => return Err(self.wrong(key, node, "a text")),
        };
        Ok((!text.is_empty()).then(|| Located::new(text, node.span)))
    }

    /// A text that has to be there.
    pub fn text(&self, key: &'static str) -> Result<Located<String>> {
        self.maybe(key)?.ok_or_else(|| self.missing(key))
    }

    /// A name that has to be there, as the catalog has it.
    pub fn name(&self, key: &'static str) -> Result<Name> {
        Ok(ident(self.text(key)?))
    }

    /// A name, if there is one.
    pub fn maybe_name(&self, key: &'static str) -> Result<Option<Name>> {
        Ok(self.maybe(key)?.map(ident))
    }

    /// A table, index or type that has to be there. Both tools take a dot as part of the name.
    pub fn table(&self, key: &'static str) -> Result<Located<TableRef>> {
        let name = self.text(key)?;
        if name.contains('.') {
            let message = format!("the name `{}` holds a dot", name.value);
            return Err(self
                .fault(
                    message,
                    "midflight reads a dot as a schema and a name: write this file by hand, in SQL",
                )
                .at(self.source, name.span));
        }
        Ok(Located::new(TableRef::bare(Ident::new(name.value)), name.span))
    }

    /// An expression, if there is one. What is written as a query without tables is its one value.
    pub fn expression(&self, key: &'static str) -> Result<Option<Expr>> {
        Ok(self.maybe(key)?.map(expression))
    }

    /// `true`, where it is written.
    pub fn flag(&self, key: &'static str) -> Result<Option<bool>> {
        match self.find(key) {
            None => Ok(None),
            Some(node) => match node.value {
                Value::Flag(flag) => Ok(Some(flag)),
                Value::Null => Ok(None),
                _ => Err(self.wrong(key, node, "`true` or `false`")),
            },
        }
    }

    /// The values of a list; none where the key is missing.
    pub fn list(&self, key: &'static str) -> Result<&'a [Node]> {
        match self.find(key) {
            None => Ok(&[]),
            Some(node) => match &node.value {
                Value::List(values) => Ok(values),
                Value::Null => Ok(&[]),
                _ => Err(self.wrong(key, node, "a list")),
            },
        }
    }

    /// The names of a list.
    pub fn names(&self, key: &'static str) -> Result<Vec<Name>> {
        let values = self.list(key)?.iter();
        values.map(|node| Ok(ident(self.as_text(key, node)?.ok_or_else(|| self.missing(key))?))).collect()
    }

    /// The same where there has to be one.
    pub fn some_names(&self, key: &'static str) -> Result<Vec<Name>> {
        let names = self.names(key)?;
        if names.is_empty() { Err(self.missing(key)) } else { Ok(names) }
    }

    /// A list of maps.
    pub fn maps(&self, key: &'static str) -> Result<Vec<Fields<'a>>> {
        let values = self.list(key)?.iter();
        values.map(|node| Fields::of(self.source, self.operation, place(node, self.span), node)).collect()
    }

    /// A map in this one.
    pub fn inside(&self, key: &'static str) -> Result<Option<Fields<'a>>> {
        match self.find(key) {
            None => Ok(None),
            Some(node) if node.value == Value::Null => Ok(None),
            Some(node) => match &node.value {
                Value::Map(_) => {
                    Fields::of(self.source, self.operation, place(node, self.span), node).map(Some)
                }
                _ => Err(self.wrong(key, node, "a map of keys")),
            },
        }
    }

    /// Whether the key holds a map.
    pub fn is_map(&self, key: &'static str) -> bool {
        self.find(key).is_some_and(|node| matches!(node.value, Value::Map(_)))
    }

    /// An expression for each column that is named here.
    pub fn expressions(&self) -> Result<Vec<(Name, Expr)>> {
        let entries = self.entries.iter();
        let read = entries.map(|(key, node)| {
            let text = self.as_text(key, node)?.ok_or_else(|| self.missing(key))?;
            Ok((ident(key.clone()), expression(text)))
        });
        read.collect()
    }

    /// An error for the first key that nobody asked for: half an operation is none.
    pub fn finish(&self) -> Result<()> {
        let asked = self.asked.borrow();
        let Some((key, _)) = self.entries.iter().find(|(key, _)| !asked.contains(&key.as_str())) else {
            return Ok(());
        };
        let message = format!("`{}` has an unknown key `{}`", self.operation, key.value);
        let near = nearest(key, asked.iter().copied());
        let hint = near.map_or_else(
            || format!("midflight knows {}", asked.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        Err(Error::usage(message).at(self.source, key.span).hint(hint))
    }
}

/// A node's own place; that of its operation where the reader gave none.
fn place(node: &Node, otherwise: Span) -> Span {
    if node.span.end > node.span.start { node.span } else { otherwise }
}

fn ident(text: Located<String>) -> Name {
    Located::new(Ident::new(text.value), text.span)
}

/// `SELECT CASE … END` is how both tools let a value be written. Without tables it is the value; with them it is a query,
/// which an expression holds in parentheses.
fn expression(text: Located<String>) -> Expr {
    let word = text.value.split_whitespace().next().unwrap_or_default();
    if !word.eq_ignore_ascii_case("SELECT") {
        return Expr::new(text.value, text.span);
    }
    let value = Expr::new(text.value[word.len()..].trim(), text.span);
    if value.tree().is_some() { value } else { Expr::new(format!("({})", text.value), text.span) }
}
