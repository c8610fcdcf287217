//! One entry of `operations`: a map with the operation's name as its key, and `allow` and `triggers` beside it.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    self, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, VariantAccess, Visitor,
};

use super::message;
use crate::error::{Error, Result};
use crate::migration::operation::{Allow, Operation, UserTriggers};
use crate::migration::source::{Located, Source, Span};

/// An entry, read.
pub struct Entry {
    pub operation: Operation,
    pub allows: Vec<Allow>,
    pub triggers: Option<UserTriggers>,
}

/// Keys that are no operation.
const BESIDE: [&str; 2] = ["allow", "triggers"];

/// The keys of an entry, to say what is wrong with them before anything else is read.
pub struct Keys(Vec<Located<String>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowEntry {
    rule: Located<String>,
    because: String,
}

impl Keys {
    /// An entry has one operation, known by name.
    pub fn check(&self, source: &Source, entry: Span) -> Result<()> {
        let mut operations = self.0.iter().filter(|key| !BESIDE.contains(&key.as_str()));
        let Some(first) = operations.next() else {
            return Err(Error::usage("this entry names no operation").at(source, entry).hint(message::SHAPE));
        };
        for key in self.0.iter().filter(|key| !BESIDE.contains(&key.as_str())) {
            if !message::OPERATIONS.contains(&key.as_str()) {
                return Err(message::unknown("operation", key, message::OPERATIONS).at(source, key.span));
            }
        }
        match operations.next() {
            Some(second) => Err(Error::usage(format!("`{first}` and `{second}` stand in one entry"))
                .at(source, second.span)
                .hint("put each operation into its own entry, with `- ` before it")),
            None => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an operation, such as `add_column: {…}`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(KeysVisitor)
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryVisitor;
        impl<'de> Visitor<'de> for EntryVisitor {
            type Value = Entry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an operation, such as `add_column: {…}`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                let (mut operation, mut allows, mut triggers) = (None, Vec::new(), None);
                while let Some(key) = map.next_key::<String>()? {
                    if key == "allow" {
                        let listed: Vec<AllowEntry> = map.next_value()?;
                        allows.extend(listed.into_iter().map(|one| Allow {
                            rule: one.rule,
                            reason: one.because,
                            foreign: false,
                        }));
                    } else if key == "triggers" {
                        triggers = Some(map.next_value()?);
                    } else {
                        operation = Some(Operation::deserialize(Tagged { key, map: &mut map })?);
                    }
                }
                let operation =
                    operation.ok_or_else(|| de::Error::custom("this entry names no operation"))?;
                Ok(Entry { operation, allows, triggers })
            }
        }
        deserializer.deserialize_map(EntryVisitor)
    }
}

/// A key that is read already and the map whose next value belongs to it, as an enum sees them.
struct Tagged<'a, A> {
    key: String,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Tagged<'_, A> {
    type Error = A::Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Tagged<'_, A> {
    type Error = A::Error;
    type Variant = Self;
    fn variant_seed<V: de::DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), A::Error> {
        let variant = seed.deserialize(self.key.as_str().into_deserializer())?;
        Ok((variant, self))
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Tagged<'_, A> {
    type Error = A::Error;
    fn unit_variant(self) -> Result<(), A::Error> {
        self.map.next_value()
    }
    fn newtype_variant_seed<T: de::DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(de::Error::custom("no operation is a tuple"))
    }
    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, A::Error> {
        Err(de::Error::custom("every operation has a struct of its own"))
    }
}
