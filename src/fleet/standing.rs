//! What follows from where targets stand: what is left to do, and what a group has passed. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::look::Found;
use super::membership::Membership;
use super::targets::Target;
use crate::migration::Migration;
use crate::state::{Entry, Phase, Seen, Stage, Standing};

/// How many targets a message names.
const NAMED: usize = 3;

/// What a command wants of each target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// All, or these, expanded.
    Expand(Vec<String>),
    /// All, or these, backfilled.
    Backfill(Vec<String>),
    /// All, or these, contracted, as far as they are in flight.
    Contract(Vec<String>),
    /// These rolled back.
    Rollback(Vec<String>),
    /// What a deployment of this release needs.
    Advance(String),
    /// To be asked, whatever stands there.
    Asked,
}

/// Migrations that have passed in every target of a group, and who is behind with the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    /// Backfilled and verified, or contracted, everywhere.
    pub ids: BTreeSet<String>,
    /// For the others in flight: who is behind, in words.
    pub behind: BTreeMap<String, String>,
}

impl Passed {
    /// What a command that works on a target is told.
    pub fn membership(&self, fleet: &str, target: &Target) -> Membership {
        Membership {
            fleet: fleet.to_owned(),
            group: target.group.clone(),
            passed: self.ids.clone(),
            behind: self.behind.clone(),
        }
    }
}

impl Goal {
    /// Whether a target is there already, as far as its records tell: no command has to be run there. In doubt it is not.
    pub fn is_reached(&self, files: &[Migration], standing: &Standing, passed: &Passed) -> bool {
        let all = |stage: Stage, names: &[String]| {
            known(names, files)
                && files.iter().filter(|file| names.is_empty() || names.contains(&file.id)).all(|file| {
                    let seen = recorded(file, standing);
                    is_as_recorded(file, seen) && is_through(stage, seen)
                })
        };
        match self {
            Self::Asked => false,
            Self::Expand(names) => all(Stage::Expand, names),
            Self::Backfill(names) => all(Stage::Backfill, names),
            Self::Contract(names) => all(Stage::Contract, names),
            Self::Rollback(names) => names.iter().all(|name| {
                let seen = standing.migrations.get(name);
                seen.is_none_or(|seen| {
                    matches!(seen.phase, Phase::Pending | Phase::RolledBack | Phase::Undone)
                })
            }),
            Self::Advance(release) => {
                standing.release.as_deref() == Some(release)
                    && all(Stage::Expand, &[])
                    && all(Stage::Backfill, &[])
                    && !standing.migrations.iter().any(|(id, seen)| is_due(id, seen, release, passed))
            }
        }
    }
}

/// Whether the files have all of these names.
fn known(names: &[String], files: &[Migration]) -> bool {
    names.iter().all(|name| files.iter().any(|file| file.id == *name))
}

/// What is recorded of a file. Each text of a repeatable one is a migration of its own.
fn recorded<'s>(file: &Migration, standing: &'s Standing) -> Option<&'s Seen> {
    if !file.repeatable {
        return standing.migrations.get(&file.id);
    }
    let text = |id: &str| {
        id.strip_prefix(file.id.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
    };
    standing
        .migrations
        .iter()
        .find(|(id, seen)| text(id) && seen.checksum == file.checksum)
        .map(|(_, seen)| seen)
}

/// A file that changed in flight is for the command to tell.
fn is_as_recorded(file: &Migration, seen: Option<&Seen>) -> bool {
    seen.is_none_or(|seen| !seen.phase.in_flight() || seen.checksum == file.checksum)
}

fn is_through(stage: Stage, seen: Option<&Seen>) -> bool {
    let phase = seen.map_or(Phase::Pending, |seen| seen.phase);
    match phase.enter(stage) {
        Entry::Done => true,
        // what is not in flight is none of contract's business
        Entry::Needs(_) => stage == Stage::Contract && !phase.in_flight(),
        Entry::Start | Entry::Resume | Entry::Never => false,
    }
}

/// Whether `advance` may have something to contract, or to remove of what contract has kept.
fn is_due(id: &str, seen: &Seen, release: &str, passed: &Passed) -> bool {
    if seen.purge_due {
        return true;
    }
    match seen.phase.enter(Stage::Contract) {
        Entry::Resume => true,
        Entry::Start => {
            let by_another = seen.expand_release.as_deref() != Some(release);
            let known = seen.expand_release.is_some() || seen.complete;
            by_another && known && (seen.complete || passed.ids.contains(id))
        }
        Entry::Done | Entry::Needs(_) | Entry::Never => false,
    }
}

/// Which migrations every target of each group has passed.
pub fn passed(targets: &[Target], found: &[Found]) -> BTreeMap<String, Passed> {
    let mut groups: BTreeMap<&str, Vec<(&Target, &Found)>> = BTreeMap::new();
    for (target, found) in targets.iter().zip(found) {
        groups.entry(&target.group).or_default().push((target, found));
    }
    groups.into_iter().map(|(group, members)| (group.to_owned(), of_group(&members))).collect()
}

fn of_group(members: &[(&Target, &Found)]) -> Passed {
    let standings = members.iter().filter_map(|(_, found)| found.as_ref().ok());
    let in_flight: BTreeSet<&String> = standings
        .flat_map(|standing| &standing.migrations)
        .filter(|(_, seen)| seen.phase.in_flight())
        .map(|(id, _)| id)
        .collect();
    let mut passed = Passed::default();
    for id in in_flight {
        let behind: Vec<String> =
            members.iter().filter_map(|(target, found)| behind(id, target, found)).collect();
        if behind.is_empty() {
            passed.ids.insert(id.clone());
        } else {
            passed.behind.insert(id.clone(), some(&behind));
        }
    }
    passed
}

fn behind(id: &str, target: &Target, found: &Found) -> Option<String> {
    let why = match found {
        Err(_) => "can't be asked",
        Ok(standing) => match standing.migrations.get(id) {
            None => "pending",
            Some(seen) => match seen.phase {
                Phase::Contracting | Phase::Contracted | Phase::Purging => return None,
                Phase::Backfilled if seen.verified => return None,
                Phase::Backfilled => "not verified",
                phase => phase.name(),
            },
        },
    };
    Some(format!("{} ({why})", target.name))
}

/// The first few of a list.
pub fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::migration::source::Source;

    fn seen(phase: Phase, release: Option<&str>) -> Seen {
        Seen {
            checksum: file().checksum,
            phase,
            verified: phase == Phase::Backfilled,
            complete: false,
            expand_release: release.map(str::to_owned),
            purge_due: false,
            error: None,
            changed: None,
        }
    }

    fn file() -> Migration {
        crate::migration::parse(Source::new("0001_a.sql", "ALTER TABLE o ADD COLUMN a int;")).unwrap()
    }

    fn standing(phase: Phase, release: &str) -> Standing {
        Standing {
            migrations: BTreeMap::from([("0001_a".to_owned(), seen(phase, Some("r1")))]),
            release: Some(release.to_owned()),
            ..Standing::default()
        }
    }

    #[test]
    fn what_is_reached_needs_no_command() {
        let files = [file()];
        let nothing = Passed::default();
        let all = Passed { ids: BTreeSet::from(["0001_a".to_owned()]), ..Passed::default() };
        let reached =
            |goal: &Goal, phase, release, passed| goal.is_reached(&files, &standing(phase, release), passed);
        let advance = |release: &str| Goal::Advance(release.to_owned());
        assert!(reached(&advance("r1"), Phase::Backfilled, "r1", &all));
        assert!(!reached(&advance("r1"), Phase::Expanded, "r1", &all));
        assert!(!reached(&advance("r2"), Phase::Backfilled, "r1", &nothing), "r2 has to be recorded");
        assert!(reached(&advance("r2"), Phase::Backfilled, "r2", &nothing), "the group is behind");
        assert!(!reached(&advance("r2"), Phase::Backfilled, "r2", &all), "contract is due");
        assert!(!reached(&advance("r2"), Phase::Contracting, "r2", &nothing));
        assert!(reached(&Goal::Expand(vec![]), Phase::Expanded, "r1", &all));
        assert!(!reached(&Goal::Expand(vec!["nope".to_owned()]), Phase::Expanded, "r1", &all));
        assert!(!reached(&Goal::Backfill(vec![]), Phase::Backfilling, "r1", &all));
        assert!(!reached(&Goal::Contract(vec![]), Phase::Expanded, "r1", &all));
        assert!(reached(&Goal::Contract(vec![]), Phase::RolledBack, "r1", &all));
        assert!(!reached(&Goal::Rollback(vec!["0001_a".to_owned()]), Phase::RollingBack, "r1", &all));
        let mut kept = standing(Phase::Contracted, "r2");
        assert!(advance("r2").is_reached(&files, &kept, &all));
        kept.migrations.values_mut().for_each(|seen| seen.purge_due = true);
        assert!(!advance("r2").is_reached(&files, &kept, &all), "what was kept is to be removed");
        let goal = Goal::Rollback(vec!["0001_a".to_owned()]);
        assert!(goal.is_reached(&files, &Standing::default(), &all));
        let mut changed = standing(Phase::Backfilled, "r1");
        changed.migrations.values_mut().for_each(|seen| seen.checksum = "other".to_owned());
        assert!(!advance("r1").is_reached(&files, &changed, &all), "drift is for the command to tell");
    }

    #[test]
    fn a_group_has_passed_where_all_of_it_has() {
        let targets: Vec<Target> = ["a", "b", "c"].map(|name| Target::sample(name, "x")).into();
        let of = |phases: [Phase; 3]| -> Passed {
            let found: Vec<Found> = phases.iter().map(|phase| Ok(standing(*phase, "r1"))).collect();
            passed(&targets, &found).remove("default").unwrap()
        };
        assert!(of([Phase::Backfilled, Phase::Contracted, Phase::Contracting]).ids.contains("0001_a"));
        let behind = of([Phase::Backfilled, Phase::Expanded, Phase::RolledBack]);
        assert!(behind.ids.is_empty());
        assert_eq!(behind.behind["0001_a"], "b (expanded), c (rolled_back)");
        let lost: Vec<Found> =
            vec![Ok(standing(Phase::Backfilled, "r1")), Err(Error::usage("gone")), Ok(Standing::default())];
        let behind = passed(&targets, &lost).remove("default").unwrap();
        assert_eq!(behind.behind["0001_a"], "b (can't be asked), c (pending)");
    }
}
