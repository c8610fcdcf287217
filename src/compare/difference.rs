//! What differs between two databases, and how it is said.

use std::collections::BTreeSet;
use std::fmt;

use super::{Contents, Key, Properties};

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// What kind of object.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How.
    #[serde(flatten)]
    pub change: Change,
}

/// How it differs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Only the first has it.
    OnlyInFirst,
    /// Only the second has it.
    OnlyInSecond,
    /// A property has another value, or only one of them has it.
    Property {
        /// Its name.
        property: String,
        /// What the first says.
        first: Option<String>,
        /// What the second says.
        second: Option<String>,
    },
    /// Rows.
    Rows {
        /// How many the first has.
        first: i64,
        /// How many the second has.
        second: i64,
        /// Some of those that differ, in words.
        examples: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, change } = self;
        match change {
            Change::OnlyInFirst => write!(f, "{kind} {name}: only in the first"),
            Change::OnlyInSecond => write!(f, "{kind} {name}: only in the second"),
            Change::Property { property, first, second } => {
                let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
                write!(
                    f,
                    "{kind} {name}: {property} is {} in the first, {} in the second",
                    said(first),
                    said(second)
                )
            }
            Change::Rows { first, second, examples } => {
                if first == second {
                    write!(f, "rows of {name} differ ({first} rows)")?;
                } else {
                    write!(f, "rows of {name} differ ({first} in the first, {second} in the second)")?;
                }
                examples.iter().try_for_each(|example| write!(f, "; {example}"))
            }
        }
    }
}

/// Everything that differs.
pub fn of(first: &Contents, second: &Contents) -> Vec<Difference> {
    let keys: BTreeSet<&Key> = first.objects.keys().chain(second.objects.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let difference = |change| Difference { kind: key.kind.clone(), name: key.name.clone(), change };
        match (first.objects.get(key), second.objects.get(key)) {
            (Some(one), Some(other)) => found.extend(properties(one, other).into_iter().map(difference)),
            (Some(_), None) => found.push(difference(Change::OnlyInFirst)),
            (None, Some(_)) => found.push(difference(Change::OnlyInSecond)),
            (None, None) => {}
        }
    }
    // a table that only one has is told above
    for (name, one) in &first.rows {
        let Some(other) = second.rows.get(name).filter(|other| one.differs(other)) else { continue };
        let change = Change::Rows { first: one.count(), second: other.count(), examples: Vec::new() };
        found.push(Difference { kind: "rows".to_owned(), name: name.clone(), change });
    }
    found
}

fn properties(first: &Properties, second: &Properties) -> Vec<Change> {
    let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let differs = |name: &&String| first.get(*name) != second.get(*name);
    let change = |name: &String| Change::Property {
        property: name.clone(),
        first: first.get(name).cloned(),
        second: second.get(name).cloned(),
    };
    names.into_iter().filter(differs).map(change).collect()
}
