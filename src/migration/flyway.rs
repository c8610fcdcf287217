//! Folders as Flyway has them: `V2_1__name.sql` in the order of versions, `R__name.sql` after them, `U2_1__name.sql` never.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// What a file is to Flyway.
#[derive(Debug, PartialEq, Eq)]
enum Role {
    /// `V…__`: applied once, in the order of versions.
    Versioned(Version),
    /// `B…__`: what all versions up to this one leave, for a new database.
    Baseline(Version),
    /// `R__`: applied after the others, and again when its text has changed.
    Repeatable,
    /// `U…__`: takes a version back.
    Undo,
    /// `beforeMigrate`, `afterEachMigrate__name`…: run around migrations.
    Callback,
}

/// `2.1`, its parts without leading zeros. `2`, `2.0` and `2_0` are one version.
#[derive(Debug, PartialEq, Eq)]
struct Version(Vec<String>);

/// Whether a file is named as Flyway has it.
pub fn is_flyway(path: &str) -> bool {
    Role::of(Path::new(path)).is_some()
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(['.', '_']).collect();
        let numbers = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !parts.iter().all(numbers) {
            return None;
        }
        let mut parts: Vec<String> =
            parts.into_iter().map(|part| part.trim_start_matches('0').to_owned()).collect();
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        Some(Self(parts))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        // A timestamp may have more digits than a machine word.
        let number = |part: &String| (part.len(), part.clone());
        self.0.iter().map(number).cmp(other.0.iter().map(number))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Role {
    fn of(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_string_lossy().into_owned();
        let called = |before: &str| {
            let rest = stem.strip_prefix(before)?;
            rest.starts_with(|c: char| c.is_ascii_uppercase()).then_some(Self::Callback)
        };
        if let Some(callback) = called("before").or_else(|| called("after")) {
            return Some(callback);
        }
        let (head, _) = stem.split_once("__")?;
        let mut letters = head.chars();
        let letter = letters.next()?;
        let version = letters.as_str();
        match letter {
            'V' => Version::read(version).map(Self::Versioned),
            'B' => Version::read(version).map(Self::Baseline),
            'U' => Version::read(version).map(|_| Self::Undo),
            'R' if version.is_empty() => Some(Self::Repeatable),
            _ => None,
        }
    }

    /// Where it comes among those that are applied.
    fn place(&self) -> (u8, Option<&Version>, u8) {
        match self {
            Self::Baseline(version) => (0, Some(version), 0),
            Self::Versioned(version) => (0, Some(version), 1),
            Self::Repeatable => (1, None, 0),
            Self::Undo | Self::Callback => (2, None, 0),
        }
    }
}

/// Whether every file has a name of Flyway's, and one of them more than a callback's.
fn roles(paths: &[PathBuf]) -> Option<Vec<Role>> {
    let roles: Vec<Role> = paths.iter().map(|path| Role::of(path)).collect::<Option<_>>()?;
    roles.iter().any(|role| !matches!(role, Role::Undo | Role::Callback)).then_some(roles)
}

/// Puts the files of a folder into Flyway's order where it is Flyway's, and leaves out what is never applied: undo scripts,
/// callbacks, and a baseline whose versions are there themselves.
pub fn arrange(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let Some(roles) = roles(&paths) else { return paths };
    let versions = || {
        roles.iter().filter_map(|role| match role {
            Role::Versioned(version) => Some(version),
            Role::Baseline(_) | Role::Repeatable | Role::Undo | Role::Callback => None,
        })
    };
    let last_baseline = roles
        .iter()
        .filter_map(|role| match role {
            Role::Baseline(version) => Some(version),
            Role::Versioned(_) | Role::Repeatable | Role::Undo | Role::Callback => None,
        })
        .max();
    let applies = |role: &Role| match role {
        Role::Versioned(_) | Role::Repeatable => true,
        Role::Baseline(version) => Some(version) == last_baseline && versions().all(|known| known > version),
        Role::Undo | Role::Callback => false,
    };
    let mut kept: Vec<(&Role, &PathBuf)> =
        roles.iter().zip(&paths).filter(|(role, _)| applies(role)).collect();
    kept.sort_by(|(one, path), (other, second)| {
        one.place().cmp(&other.place()).then_with(|| path.cmp(second))
    });
    kept.into_iter().map(|(_, path)| path.clone()).collect()
}

/// Those of the files that are applied again when their text has changed.
pub fn repeatable(paths: &[PathBuf]) -> Vec<bool> {
    match roles(paths) {
        Some(roles) => roles.iter().map(|role| *role == Role::Repeatable).collect(),
        None => vec![false; paths.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(names: &str) -> String {
        let paths = names.split(' ').map(PathBuf::from).collect();
        arrange(paths).iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn versions_are_numbers_and_repeatable_files_come_last() {
        assert_eq!(
            arranged(
                "R__view.sql U2__b.sql V10__c.sql V10.1__e.sql V1_1__d.sql V1__a.sql V2__b.sql afterMigrate.sql"
            ),
            "V1__a.sql V1_1__d.sql V2__b.sql V10__c.sql V10.1__e.sql R__view.sql"
        );
        assert_eq!(arranged("V007__x.sql V8__y.yaml V06.9__z.sql"), "V06.9__z.sql V007__x.sql V8__y.yaml");
        let long = "V20261121093000123456789__b.sql V20261121093000123456788__a.sql";
        assert_eq!(arranged(long), "V20261121093000123456788__a.sql V20261121093000123456789__b.sql");
    }

    #[test]
    fn a_baseline_stands_for_versions_that_are_gone() {
        assert_eq!(arranged("B5__all.sql V5__x.sql V6__y.sql"), "V5__x.sql V6__y.sql");
        assert_eq!(arranged("B3__old.sql B5__all.sql V6__y.sql R__v.sql"), "B5__all.sql V6__y.sql R__v.sql");
    }

    #[test]
    fn other_folders_keep_the_order_of_names() {
        for names in
            ["V10__a.sql V2__b.sql notes.sql", "0001_a.sql R__b.sql", "U1__a.sql", "V1__a.sql V__b.sql"]
        {
            assert_eq!(arranged(names), names);
        }
        assert_eq!(repeatable(&["R__a.sql".into(), "V1__a.sql".into()]), [true, false]);
        assert_eq!(repeatable(&["R__a.sql".into(), "1.sql".into()]), [false, false]);
    }
}
