//! What callers of a function rely on.

use crate::ident::Ident;
use crate::migration;
use crate::migration::operation::CreateObject;

/// A function's arguments and result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The types of its arguments, in lower case.
    pub types: Vec<String>,
    /// Their names, where they have one.
    pub names: Vec<Option<Ident>>,
    /// What it returns, in lower case.
    pub returns: String,
}

impl Signature {
    /// Reads a declaration; none where it has arguments of other kinds than plain ones, or `RETURNS TABLE`.
    pub fn of(create: &CreateObject) -> Option<Self> {
        let arguments = create.arguments.as_ref()?;
        let definition = create.definition.as_ref()?;
        let mut signature = Self { types: Vec::new(), names: Vec::new(), returns: String::new() };
        for written in arguments {
            let argument = migration::Argument::read(written);
            if argument.output {
                return None;
            }
            let (name, type_) = argument.name_and_type();
            signature.types.push(type_.to_lowercase());
            signature.names.push(name);
        }
        let returns = migration::after(definition, "RETURNS")?;
        let ends = [
            "LANGUAGE",
            "AS",
            "IMMUTABLE",
            "STABLE",
            "VOLATILE",
            "STRICT",
            "SECURITY",
            "PARALLEL",
            "COST",
            "ROWS",
            "SET",
            "RETURN",
            "BEGIN",
            "CALLED",
            "LEAKPROOF",
            "NOT",
            "WINDOW",
            "SUPPORT",
            "RETURNS",
        ];
        let words = returns
            .split_whitespace()
            .take_while(|word| !ends.iter().any(|end| word.eq_ignore_ascii_case(end)));
        signature.returns = words.collect::<Vec<_>>().join(" ").to_lowercase();
        (!signature.returns.is_empty() && !signature.returns.starts_with("table")).then_some(signature)
    }
}
