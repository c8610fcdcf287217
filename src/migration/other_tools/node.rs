//! A file of another tool as a tree in which everything knows its place, whatever it is written in: YAML, JSON, TOML.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Result};
use crate::migration::source::{Located, Source, Span};
use crate::migration::yaml;

/// A value and where it stands.
pub(super) type Node = Located<Value>;

/// What a file can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Flag(bool),
    /// As written: `1.10` stays what it is.
    Number,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Located<String>, Node)>),
}

/// Reads a file by its ending. JSON is read as the YAML that it is.
pub(super) fn read(source: &Source) -> Result<Node> {
    if Path::new(&source.path).extension().is_some_and(|ending| ending == "toml") {
        return toml(source);
    }
    yaml::parse(source, "key")
}

fn toml(source: &Source) -> Result<Node> {
    let table = DeTable::parse(&source.text).map_err(|error| {
        let place = error.span().unwrap_or_default();
        Error::usage(format!("this is no TOML: {}", error.message()))
            .at(source, Span::new(place.start, place.end))
    })?;
    Ok(Node::new(of_table(table.get_ref()), span(table.span())))
}

fn of_table(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            let key = Located::new(key.get_ref().to_string(), span(key.span()));
            (key, Node::new(of_value(value.get_ref()), span(value.span())))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Map(entries)
}

fn of_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => Value::Number,
        DeValue::Array(values) => Value::List(
            values.iter().map(|value| Node::new(of_value(value.get_ref()), span(value.span()))).collect(),
        ),
        DeValue::Table(table) => of_table(table),
    }
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;
        impl<'de> Visitor<'de> for AnyValue {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_none<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
                Value::deserialize(deserializer)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Flag(flag))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Number)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Number)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Number)
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(Value::List(values))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Value::Map(entries))
            }
        }
        deserializer.deserialize_any(AnyValue)
    }
}
