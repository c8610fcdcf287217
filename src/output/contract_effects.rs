//! What contract takes away or renames, in a line.

use crate::plan::{ContractEffect, Fate};

/// `contract drops column public.users.name; removes 8 helpers of midflight`. None when there is nothing.
pub fn human(contract_effects: &[ContractEffect]) -> Option<String> {
    let (own, others): (Vec<_>, Vec<_>) = contract_effects.iter().partition(|one| one.own);
    let mut parts = Vec::new();
    for fate in [Fate::Drop, Fate::Rename, Fate::Replace, Fate::Recreate] {
        let names: Vec<String> = others.iter().filter(|one| one.fate == fate).map(|one| name(one)).collect();
        if !names.is_empty() {
            parts.push(format!("{} {}", verb(fate), names.join(", ")));
        }
    }
    match own.len() {
        0 => {}
        1 => parts.push("removes a helper of midflight".to_owned()),
        count => parts.push(format!("removes {count} helpers of midflight")),
    }
    (!parts.is_empty()).then(|| format!("contract {}", parts.join("; ")))
}

const fn verb(fate: Fate) -> &'static str {
    match fate {
        Fate::Drop => "drops",
        Fate::Rename => "renames",
        Fate::Replace => "replaces",
        Fate::Recreate => "recreates",
    }
}

fn name(one: &ContractEffect) -> String {
    let to = one.to.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
    format!("{} {}{to}", one.kind, one.name)
}
