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
            let (name, type_) = named(&argument.types);
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

/// First words of types that have several.
const LONG_TYPES: &[&str] = &["double", "character", "national", "bit", "timestamp", "time", "interval"];

/// An argument's name, if it has one, and its type. `types` are the whole, and what follows the first word.
fn named(types: &[String]) -> (Option<Ident>, &str) {
    let whole = types.first().map_or("", String::as_str);
    let Some(rest) =
        types.get(1).filter(|rest| rest.starts_with(|c: char| c.is_alphabetic() || "\"_".contains(c)))
    else {
        return (None, whole);
    };
    let first = whole[..whole.len() - rest.len()].trim_end();
    let long = LONG_TYPES.iter().any(|word| first.eq_ignore_ascii_case(word));
    if long { (None, whole) } else { (Some(Ident::parse(first)), rest) }
}
