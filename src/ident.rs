//! SQL identifiers, and the only place where they are quoted.
//!
//! A value of these types holds a name as the catalog holds it (folded, unquoted). `Display` writes it the way
//! SQL needs it: bare where that is safe, in double quotes elsewhere. Nothing else in the crate adds quotes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::pg::keyword;

/// The longest identifier PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`); it cuts longer ones off silently.
pub const MAX_BYTES: usize = 63;

/// One identifier, as stored in the catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ident(String);

impl Ident {
    /// Takes a name as the catalog has it: `Ident::new("User")` is the column that SQL spells `"User"`.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Takes a name as a person writes it in SQL: bare names fold to lower case, quoted ones are unquoted, long
    /// ones are cut. Only ASCII folds, as PostgreSQL does it in UTF-8.
    pub fn parse(written: &str) -> Self {
        if let Some(named) = Self::unescape(written) {
            return Self::written(&named, true);
        }
        match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) if !inner.is_empty() => Self::written(&inner.replace("\"\"", "\""), true),
            _ => Self::written(written, false),
        }
    }

    /// What `U&"\\0041b"` spells: four hexadecimal digits behind a backslash, or six behind `\\+`, are one character.
    pub fn unescape(written: &str) -> Option<String> {
        let inner =
            written.strip_prefix("U&\"").or_else(|| written.strip_prefix("u&\""))?.strip_suffix('"')?;
        let (mut name, mut rest) = (String::new(), inner);
        while let Some(c) = rest.chars().next() {
            let (text, length) = match rest.strip_prefix('\\') {
                None if rest.starts_with("\"\"") => ('"', 2),
                None => (c, c.len_utf8()),
                Some(more) if more.starts_with('\\') => ('\\', 2),
                Some(more) => {
                    let (digits, length) =
                        more.strip_prefix('+').map_or((more.get(..4), 5), |more| (more.get(..6), 8));
                    (char::from_u32(u32::from_str_radix(digits?, 16).ok()?)?, length)
                }
            };
            name.push(text);
            rest = rest.get(length..)?;
        }
        Some(name)
    }

    /// Takes a name out of SQL that is cut into tokens: `word` without its quotes, if it had any.
    pub fn written(word: &str, quoted: bool) -> Self {
        let mut name = if quoted { word.to_owned() } else { word.to_ascii_lowercase() };
        name.truncate(name.floor_char_boundary(MAX_BYTES));
        Self(name)
    }

    /// The name itself, unquoted: for bind values and for messages that quote in their own way.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `prefix` followed by this name, shortened by a hash where it would pass [`MAX_BYTES`].
    pub fn prefixed(&self, prefix: &str) -> Self {
        Self(fit(&format!("{prefix}{}", self.0)))
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_bare(&self.0) { f.write_str(&self.0) } else { write!(f, "\"{}\"", self.0.replace('"', "\"\"")) }
    }
}

impl From<&str> for Ident {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// A table, or another relation, with its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TableName {
    /// The schema it lives in.
    pub schema: Ident,
    /// Its own name.
    pub name: Ident,
}

impl TableName {
    /// Joins a schema and a name, both as the catalog has them.
    pub fn new(schema: impl Into<Ident>, name: impl Into<Ident>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// A string constant in SQL, for the few places that take no bind value (DDL). Safe whatever
/// `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// Shortens a name to [`MAX_BYTES`], with a hash in its tail so that two long names stay two names.
pub fn fit(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let hash = short_hash(name);
    let mut end = MAX_BYTES - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}", &name[..end])
}

/// Eight hexadecimal digits that stand for a text.
pub fn short_hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn is_bare(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'$')
        && keyword(name).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_needs_quotes_and_nothing_else() {
        assert_eq!(Ident::new("amount_cents").to_string(), "amount_cents");
        assert_eq!(Ident::new("Amount").to_string(), "\"Amount\"");
        assert_eq!(Ident::new("order").to_string(), "\"order\"");
        assert_eq!(Ident::new("1st").to_string(), "\"1st\"");
        assert_eq!(Ident::new("a\"; drop table b; --").to_string(), "\"a\"\"; drop table b; --\"");
    }

    #[test]
    fn reads_names_as_sql_does() {
        assert_eq!(Ident::parse("Users"), Ident::new("users"));
        assert_eq!(Ident::parse("\"Us\"\"ers\""), Ident::new("Us\"ers"));
        assert_eq!(Ident::parse("ÉTAT"), Ident::new("État"));
        assert_eq!(Ident::parse(&"é".repeat(40)), Ident::new("é".repeat(31)));
    }

    #[test]
    fn long_names_keep_their_difference() {
        let (a, b) = (fit(&format!("{}a", "é".repeat(40))), fit(&format!("{}b", "é".repeat(40))));
        assert!(a.len() <= MAX_BYTES && b.len() <= MAX_BYTES);
        assert_ne!(a, b);
    }

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'"), "E'a\\\\'''");
    }
}
