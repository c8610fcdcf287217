//! What is known of functions that expressions call.

use crate::ident::Ident;

/// A function as an expression calls it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionName {
    /// The schema, where it is written.
    pub schema: Option<Ident>,
    /// Its own name.
    pub name: Ident,
}
