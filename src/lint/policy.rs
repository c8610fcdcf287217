//! What a team has agreed on, beyond what PostgreSQL asks for: types that it doesn't use, and the form of names.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::types::Type;

/// What a team has agreed on.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Types that no column should have, and what to use instead.
    pub forbidden_types: BTreeMap<String, String>,
    /// How names look; kinds that are left out may have any.
    pub naming: BTreeMap<Named, Form>,
}

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// A table.
    Table,
    /// A column of one.
    Column,
    /// An index.
    Index,
    /// A primary key.
    PrimaryKey,
    /// A foreign key.
    ForeignKey,
    /// A UNIQUE constraint.
    Unique,
    /// A CHECK.
    Check,
    /// A view, materialized ones among them.
    View,
    /// A type or domain.
    Type,
    /// A function or procedure.
    Function,
    /// A trigger.
    Trigger,
}

/// A regular expression that whole names match.
#[derive(Debug, Clone)]
pub struct Form {
    written: String,
    whole: Regex,
}

/// What no other rule is about, for a rule that is switched on without more: the manual advises against it.
const DISCOURAGED: &[(&str, &str)] = &[("timetz", "timestamptz")];
/// A name that needs no quotes, for a rule that is switched on without more.
const PLAIN: &str = "[a-z_][a-z0-9_]*";

impl Policy {
    /// What to use instead of a type, as written in a column, where it is forbidden.
    pub fn instead_of(&self, written: &str) -> Option<&str> {
        let type_ = Type::parse(written).name;
        let is = |forbidden: &str| Type::parse(forbidden).name == type_;
        if self.forbidden_types.is_empty() {
            let found = DISCOURAGED.iter().find(|(forbidden, _)| is(forbidden));
            return found.map(|(_, instead)| *instead);
        }
        let found = self.forbidden_types.iter().find(|(forbidden, _)| is(forbidden));
        found.map(|(_, instead)| instead.as_str())
    }

    /// The form that a name should have and hasn't.
    pub fn form_missed(&self, kind: Named, name: &str) -> Option<&str> {
        if self.naming.is_empty() {
            let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            let is_plain = name.bytes().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit());
            return (!is_plain).then_some(PLAIN);
        }
        let form = self.naming.get(&kind)?;
        (!form.whole.is_match(name)).then_some(&form.written)
    }
}

impl Named {
    /// `a foreign key`
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Table => "a table",
            Self::Column => "a column",
            Self::Index => "an index",
            Self::PrimaryKey => "a primary key",
            Self::ForeignKey => "a foreign key",
            Self::Unique => "a UNIQUE constraint",
            Self::Check => "a CHECK",
            Self::View => "a view",
            Self::Type => "a type",
            Self::Function => "a function",
            Self::Trigger => "a trigger",
        }
    }
}

impl Form {
    /// Reads a regular expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(written: &str) -> Result<Self, String> {
        let whole = Regex::new(&format!("^(?:{written})$"))
            .map_err(|error| format!("`{written}` is not a regular expression: {error}"))?;
        Ok(Self { written: written.to_owned(), whole })
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(naming: &[(Named, &str)]) -> Policy {
        let naming = naming.iter().map(|(kind, form)| (*kind, Form::new(form).unwrap())).collect();
        Policy { naming, ..Policy::default() }
    }

    #[test]
    fn whole_names_match() {
        let tables = policy(&[(Named::Table, "[a-z_]+s|news")]);
        assert_eq!(tables.form_missed(Named::Table, "orders"), None);
        assert_eq!(tables.form_missed(Named::Table, "news"), None);
        assert_eq!(tables.form_missed(Named::Table, "order"), Some("[a-z_]+s|news"));
        assert_eq!(tables.form_missed(Named::Table, "orders2"), Some("[a-z_]+s|news"));
        assert_eq!(tables.form_missed(Named::Column, "Any Thing"), None);
        assert!(Form::new("[a-z").is_err());
    }

    #[test]
    fn types_are_meant_however_they_are_written() {
        let forbidden_types = [("varchar", "text"), ("timestamp", "timestamptz")];
        let forbidden_types = forbidden_types.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let policy = Policy { forbidden_types, ..Policy::default() };
        for written in ["varchar(20)", "CHARACTER VARYING", "pg_catalog.varchar", "varchar[]"] {
            assert_eq!(policy.instead_of(written), Some("text"), "{written}");
        }
        assert_eq!(policy.instead_of("timestamp(3) without time zone"), Some("timestamptz"));
        for written in ["timestamptz", "timestamp with time zone", "text", "timetz"] {
            assert_eq!(policy.instead_of(written), None, "{written}");
        }
        assert_eq!(Policy::default().instead_of("time with time zone"), Some("timestamptz"));
    }
}
