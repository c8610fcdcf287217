//! SQL expressions: as written, and as the tree that was read from them.
//!
//! Whoever wants to know something of an expression asks here. Nobody searches its text: a bare word, a quoted name and
//! a qualified one are the same column, and a word in a string is none. What the parser can't read has no tree, and
//! then every answer is the careful one.

mod calls;
mod column;
mod condition;
mod literal;
mod name;
mod parse;
mod rewrite;
mod tokens;
mod value;

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlparser::ast;

pub use calls::Call;
pub use column::{Cast, column, ident};
pub use condition::{Left, OldRows, Outcome};
pub use literal::{speaks_of_value, strings};
pub(super) use parse::Tree;
pub use parse::{parse_list, strip};
pub use rewrite::tables_read;
pub use tokens::{Word, words};

use super::source::{Located, Span};

/// An expression: its text, its place, and its tree, which is read once and only if somebody asks.
#[derive(Clone, Default)]
pub struct Expr {
    text: String,
    /// Where it stands in the migration file.
    pub span: Span,
    tree: OnceLock<Option<Arc<Tree>>>,
}

impl Expr {
    /// An expression of a file.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span, tree: OnceLock::new() }
    }

    /// The same where the reader has the tree already.
    pub(super) fn read(text: Located<String>, tree: Option<Tree>) -> Self {
        Self { text: text.value, span: text.span, tree: OnceLock::from(tree.map(Arc::new)) }
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree; none where the parser can't read the text.
    pub fn tree(&self) -> Option<&ast::Expr> {
        self.parsed().map(|tree| &tree.root)
    }

    fn parsed(&self) -> Option<&Tree> {
        self.tree.get_or_init(|| parse::tree(&self.text).map(Arc::new)).as_deref()
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::new(text, Span::default())
    }
}

impl From<String> for Expr {
    fn from(text: String) -> Self {
        Self::new(text, Span::default())
    }
}

/// The tree follows from the text, and two spans are always equal.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Located::<String>::deserialize(deserializer)?;
        Ok(Self::new(read.value, read.span))
    }
}
