//! Which target belongs to which wave. Pure: the same file and targets always give the same waves.

use sha2::{Digest, Sha256};

use super::file::{Takes, WaveSpec};
use super::targets::Target;
use crate::error::{Error, Result};
use crate::text::nearest;

/// The wave of what no other takes.
const REST: &str = "rest";

/// Targets that are worked on side by side.
#[derive(Debug)]
pub struct Wave<'f> {
    /// Its name.
    pub name: &'f str,
    /// What the file says of it; nothing of the wave of all that are left.
    pub spec: Option<&'f WaveSpec>,
    /// Its targets, by their place in the list of all.
    pub targets: Vec<usize>,
}

/// Puts every target into the first wave that takes it. Waves that nothing is left for stay, empty.
///
/// # Errors
/// Exit 2 for a wave that names a target which isn't there.
pub fn assign<'f>(specs: &'f [WaveSpec], targets: &[Target]) -> Result<Vec<Wave<'f>>> {
    let mut left: Vec<usize> = (0..targets.len()).collect();
    let mut waves = Vec::new();
    for spec in specs {
        let taken: Vec<usize> = match &spec.takes {
            Takes::Labels(wanted) => {
                let fits = |at: &usize| {
                    wanted.iter().all(|(label, value)| targets[*at].labels.get(label) == Some(value))
                };
                left.iter().copied().filter(fits).collect()
            }
            Takes::Named(names) => {
                for name in names {
                    known(name.as_str(), &spec.name, targets)?;
                }
                let named = |at: &usize| names.iter().any(|name| name.value == targets[*at].name);
                left.iter().copied().filter(named).collect()
            }
            Takes::Percent(percent) => {
                let count = (targets.len() * *percent as usize).div_ceil(100);
                let mut shuffled = left.clone();
                shuffled.sort_by_cached_key(|at| Sha256::digest(targets[*at].name.as_bytes()).to_vec());
                shuffled.truncate(count);
                shuffled.sort_unstable();
                shuffled
            }
            Takes::Left => left.clone(),
        };
        left.retain(|at| !taken.contains(at));
        waves.push(Wave { name: &spec.name, spec: Some(spec), targets: taken });
    }
    if !left.is_empty() {
        waves.push(Wave { name: REST, spec: None, targets: left });
    }
    Ok(waves)
}

fn known(name: &str, wave: &str, targets: &[Target]) -> Result<()> {
    if targets.iter().any(|target| target.name == name) {
        return Ok(());
    }
    let error =
        Error::usage(format!("wave `{wave}` names the target `{name}`, which the fleet doesn't have"));
    Err(match nearest(name, targets.iter().map(|target| target.name.as_str())) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`midflight fleet targets` lists them"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::migration::source::Located;

    fn spec(name: &str, takes: Takes) -> WaveSpec {
        WaveSpec {
            name: name.to_owned(),
            takes,
            soak: std::time::Duration::ZERO,
            gates: Vec::new(),
            rolls_back: false,
            budget: None,
        }
    }

    fn targets(count: usize) -> Vec<Target> {
        (0..count).map(|n| Target::sample(&format!("t{n}"), if n == 3 { "early" } else { "late" })).collect()
    }

    #[test]
    fn every_target_is_in_one_wave() {
        let early = BTreeMap::from([("tier".to_owned(), "early".to_owned())]);
        let specs = [spec("early", Takes::Labels(early)), spec("tenth", Takes::Percent(10))];
        let targets = targets(25);
        let waves = assign(&specs, &targets).unwrap();
        let sizes: Vec<(&str, usize)> = waves.iter().map(|wave| (wave.name, wave.targets.len())).collect();
        assert_eq!(sizes, [("early", 1), ("tenth", 3), ("rest", 21)]);
        let mut all: Vec<usize> = waves.iter().flat_map(|wave| wave.targets.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..25).collect::<Vec<_>>());
        // the same ones again, whatever the order of the list
        let mut turned = targets;
        turned.reverse();
        let names = |waves: &[Wave<'_>], targets: &[Target]| {
            let mut names: Vec<String> =
                waves[1].targets.iter().map(|at| targets[*at].name.clone()).collect();
            names.sort();
            names
        };
        let again = assign(&specs, &turned).unwrap();
        let first: Vec<String> = {
            turned.reverse();
            names(&waves, &turned)
        };
        turned.reverse();
        assert_eq!(names(&again, &turned), first);
    }

    #[test]
    fn a_wave_names_only_what_there_is() {
        let specs = [spec("w", Takes::Named(vec![Located::nowhere("t11".to_owned())]))];
        let error = assign(&specs, &targets(2)).unwrap_err();
        assert!(error.hint.unwrap().contains("did you mean `t1`?"));
    }
}
