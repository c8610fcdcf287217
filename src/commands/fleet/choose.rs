//! The part of a fleet that a command line asks for.

use std::collections::BTreeSet;

use super::FleetArgs;
use crate::error::{Error, Result};
use crate::fleet::{Target, Wave};
use crate::text::nearest;

/// Which targets, by their place in the list of all.
pub struct Chosen(BTreeSet<usize>);

impl Chosen {
    /// Those that fit every filter.
    ///
    /// # Errors
    /// Exit 2 for a name that nothing has.
    pub fn of(args: &FleetArgs, targets: &[Target], waves: &[Wave<'_>]) -> Result<Self> {
        known("target", &args.targets, targets.iter().map(|target| target.name.as_str()))?;
        known("group", &args.groups, targets.iter().map(|target| target.group.as_str()))?;
        known("wave", &args.waves, waves.iter().map(|wave| wave.name))?;
        let fits = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        let places = waves
            .iter()
            .filter(|wave| fits(&args.waves, wave.name))
            .flat_map(|wave| wave.targets.iter().copied())
            .filter(|at| fits(&args.targets, &targets[*at].name) && fits(&args.groups, &targets[*at].group));
        Ok(Self(places.collect()))
    }

    /// Whether a target is among them.
    pub fn has(&self, place: usize) -> bool {
        self.0.contains(&place)
    }

    /// Those of a list.
    pub fn among<'t>(&self, targets: &'t [Target]) -> Vec<&'t Target> {
        self.0.iter().map(|at| &targets[*at]).collect()
    }
}

fn known<'n>(what: &str, names: &[String], all: impl Iterator<Item = &'n str> + Clone) -> Result<()> {
    let Some(unknown) = names.iter().find(|name| !all.clone().any(|one| one == name.as_str())) else {
        return Ok(());
    };
    let error = Error::usage(format!("the fleet has no {what} `{unknown}`"));
    Err(match nearest(unknown, all) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`midflight fleet targets` lists them"),
    })
}
