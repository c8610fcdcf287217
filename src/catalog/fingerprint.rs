//! What the catalog said of a migration's objects, and what is different now.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Database;

/// The objects that a migration made and relies on, as they were when a stage ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// `server_version_num / 10000`. Another version may write the same definition in other words.
    pub server_major: u32,
    /// Where it was taken: what tables are made of, their OIDs, means nothing elsewhere.
    pub database: Option<Database>,
    /// Tables and their OIDs.
    pub tables: BTreeMap<String, i64>,
    /// Objects by kind and name, and what was known of them.
    pub objects: BTreeMap<String, Facts>,
    /// What depends on columns that contract drops, and on which.
    pub hanging: BTreeMap<String, String>,
    /// Triggers whose changes of a row the dual-write trigger doesn't see; none where an earlier version took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_triggers: Option<BTreeSet<String>>,
    /// Whether columns that are replaced were taken with their privileges; not by versions before 0.2.
    #[serde(default)]
    pub with_attributes: bool,
}

/// What is known of an object.
pub type Facts = BTreeMap<String, Value>;

/// A fact that stands for a text which is too long to be kept or shown.
pub const DIGEST: &str = "digest";
/// When a trigger fires, and that it never does.
pub const FIRING: &str = "firing";
const DISABLED: &str = "disabled";
const VALID: &str = "valid";
const NOT_NULL: &str = "NOT NULL";

/// What can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    All,
    /// What the last steps of a backfill, which are under way, don't change themselves.
    WithoutOwnChanges,
}

/// One thing that somebody else changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// It is about dual writes: a trigger, or a function or sequence behind it.
    pub dual_write: bool,
    /// What was expected and what was found.
    pub text: String,
    /// The statement that puts it right, where there is one and nothing else has to be done.
    pub cure: Option<String>,
}

/// Facts of a column that only matter where another column takes its place.
const ATTRIBUTES: [&str; 1] = ["privileges"];

impl Fingerprint {
    /// What is different now. What was added beside, became valid, or is only called otherwise by another server version
    /// is no difference.
    pub fn differences(&self, now: &Self, extent: Extent) -> Vec<Difference> {
        let mut found = Vec::new();
        for (name, oid) in &self.tables {
            let replaced = now.tables.get(name).is_some_and(|now| now != oid);
            if replaced && self.database.is_some() && self.database == now.database {
                found.push(difference(name, "was dropped and recreated"));
            }
        }
        let same_words = self.server_major == now.server_major;
        for (name, facts) in self.objects.iter().filter(|(name, _)| extent.covers(name)) {
            match now.objects.get(name) {
                None => found.push(difference(name, "is gone")),
                Some(now) => {
                    let changes = changed(name, facts, now, extent, same_words);
                    let followed = |key: &str| self.with_attributes || !ATTRIBUTES.contains(&key);
                    found.extend(changes.filter(|(key, _)| followed(key)).map(|(_, difference)| difference));
                }
            }
        }
        let appeared = now.objects.keys().filter(|name| name.starts_with("column "));
        found.extend(
            appeared
                .filter(|name| !self.objects.contains_key(*name))
                .map(|name| difference(name, "was added by somebody else")),
        );
        let unseen = now.unseen_triggers.iter().flatten();
        let known = |name: &&String| self.unseen_triggers.as_ref().is_none_or(|was| was.contains(*name));
        found.extend(unseen.filter(|name| !known(name)).map(|name| {
            difference(
                name,
                "was created later, and the dual-write trigger does not see what it changes in a row",
            )
        }));
        let later = now.hanging.iter().filter(|(name, _)| !self.hanging.contains_key(*name));
        found.extend(later.map(|(name, column)| {
            difference(name, &format!("was created later and depends on {column}, which contract drops"))
        }));
        found
    }
}

impl Extent {
    fn covers(self, name: &str) -> bool {
        self == Self::All || !["index ", "constraint "].iter().any(|kind| name.starts_with(kind))
    }
}

fn changed<'f>(
    name: &'f str,
    was: &'f Facts,
    now: &'f Facts,
    extent: Extent,
    same_words: bool,
) -> impl Iterator<Item = (&'f str, Difference)> + 'f {
    let keys = was.keys().chain(now.keys().filter(|key| !was.contains_key(*key)));
    keys.filter_map(move |key| {
        let (was, now) = (was.get(key).unwrap_or(&Value::Null), now.get(key).unwrap_or(&Value::Null));
        let own = extent == Extent::WithoutOwnChanges && key == NOT_NULL;
        // Definitions and expressions are texts that the server writes; flags are not.
        let comparable = same_words || was.is_boolean();
        let text = match key.as_str() {
            _ if was == now || own || !comparable => return None,
            VALID if *now == Value::Bool(true) => return None,
            VALID => "is not valid".to_owned(),
            DIGEST => "was replaced".to_owned(),
            FIRING if now.as_str() == Some(DISABLED) => "is disabled".to_owned(),
            key => {
                let text = format!("{key} of {name} changed: expected {}, found {}", shown(was), shown(now));
                return Some((key, Difference { text, ..difference(name, "") }));
            }
        };
        Some((key.as_str(), difference(name, &text)))
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => other.to_string(),
    }
}

fn difference(name: &str, what: &str) -> Difference {
    let dual_write = ["trigger ", "function ", "sequence "].iter().any(|kind| name.starts_with(kind));
    Difference { dual_write, text: format!("{name} {what}"), cure: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(objects: &[(&str, Value)]) -> Fingerprint {
        let facts = |value: &Value| serde_json::from_value(value.clone()).unwrap();
        Fingerprint {
            server_major: 15,
            objects: objects.iter().map(|(name, value)| ((*name).to_owned(), facts(value))).collect(),
            ..Fingerprint::default()
        }
    }

    fn texts(was: &Fingerprint, now: &Fingerprint, extent: Extent) -> Vec<String> {
        was.differences(now, extent).into_iter().map(|difference| difference.text).collect()
    }

    #[test]
    fn tells_what_was_expected_and_what_was_found() {
        let was = fingerprint(&[
            ("column a.t.c", serde_json::json!({"type": "integer", "NOT NULL": true, "default": "1"})),
            ("function f()", serde_json::json!({"digest": "1"})),
            ("index a.i", serde_json::json!({"valid": true})),
        ]);
        let now = fingerprint(&[
            ("column a.t.c", serde_json::json!({"type": "bigint", "NOT NULL": false})),
            ("function f()", serde_json::json!({"digest": "2"})),
            ("column a.t.d", serde_json::json!({"type": "text"})),
        ]);
        assert_eq!(
            texts(&was, &now, Extent::All),
            [
                "NOT NULL of column a.t.c changed: expected yes, found no",
                "default of column a.t.c changed: expected `1`, found none",
                "type of column a.t.c changed: expected `integer`, found `bigint`",
                "function f() was replaced",
                "index a.i is gone",
                "column a.t.d was added by somebody else",
            ]
        );
        assert!(!texts(&was, &now, Extent::WithoutOwnChanges).iter().any(|text| text.contains("index")));
    }

    #[test]
    fn what_gets_better_is_no_difference() {
        let was =
            fingerprint(&[("constraint k", serde_json::json!({"valid": false, "definition": "CHECK (a)"}))]);
        let mut now = fingerprint(&[
            ("constraint k", serde_json::json!({"valid": true, "definition": "CHECK ((a))"})),
            ("index a.new", serde_json::json!({})),
        ]);
        assert_eq!(texts(&was, &now, Extent::All).len(), 1);
        now.server_major = 16;
        assert_eq!(texts(&was, &now, Extent::All), [""; 0]);
        assert_eq!(texts(&now, &was, Extent::All), ["constraint k is not valid", "index a.new is gone"]);
    }

    #[test]
    fn oids_mean_nothing_in_another_database() {
        let here = Database { system_identifier: Some("1".into()), oid: 5, name: "shop".into() };
        let elsewhere = Database { system_identifier: Some("2".into()), ..here.clone() };
        let at = |database: &Database, oid| Fingerprint {
            database: Some(database.clone()),
            tables: [("table a.t".to_owned(), oid)].into(),
            ..Fingerprint::default()
        };
        assert_eq!(texts(&at(&here, 1), &at(&here, 2), Extent::All), ["table a.t was dropped and recreated"]);
        assert_eq!(texts(&at(&here, 1), &at(&elsewhere, 2), Extent::All), [""; 0]);
    }
}
