//! How long a lock would be held, from the size of the table: what is an error on 400 GB is nothing on an empty table.

use std::fmt;
use std::time::Duration;

use bytesize::ByteSize;
use serde::{Serialize, Serializer};

use super::rule::{Class, Rule};
use super::{Context, Severity};
use crate::ident::TableName;

/// How long a statement would keep its lock.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The table.
    #[serde(serialize_with = "name")]
    pub table: TableName,
    /// Its rows, about.
    pub rows: i64,
    /// Its bytes, without indexes.
    pub bytes: i64,
    /// Seconds.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub time: Duration,
}

/// Below this the application hardly notices.
const SHORT: Duration = Duration::from_millis(100);
/// From here on requests time out and pile up.
const LONG: Duration = Duration::from_secs(2);

impl Estimate {
    /// How bad it is on a table of this size. Advice stays advice.
    pub fn severity(&self, unknown: Severity) -> Severity {
        let by_time = match self.time {
            time if time < SHORT => Severity::Advice,
            time if time < LONG => Severity::Warning,
            _ => Severity::Error,
        };
        if unknown == Severity::Advice { unknown } else { by_time }
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = match self.time.as_secs() {
            0 if self.time < SHORT => "a moment".to_owned(),
            0 => format!("{} ms", self.time.as_millis() / 100 * 100),
            1..120 => format!("{} s", self.time.as_secs()),
            120..7200 => format!("{} min", self.time.as_secs() / 60),
            _ => format!("{} h", self.time.as_secs() / 3600),
        };
        let size = ByteSize(u64::try_from(self.bytes).unwrap_or_default());
        write!(
            f,
            "for about {time}: `{}` has about {} rows in {size}",
            self.table.name,
            crate::text::count(self.rows)
        )
    }
}

/// The estimate for a finding that is about time: a lock that is held while a table is read or written.
pub fn of(cx: &Context<'_>, rule: &Rule) -> Option<Estimate> {
    if !matches!(rule.class, Class::Locking | Class::Rewriting) {
        return None;
    }
    let work = cx.impact.work?;
    let sized = |(table, _): &(TableName, _)| Some((table.clone(), cx.schema.relation(table)?.size?));
    let (table, size) = cx.impact.locks.iter().find_map(sized)?;
    Some(Estimate { table, rows: size.rows, bytes: size.bytes, time: size.time_for(work) })
}

fn name<S: Serializer>(table: &TableName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(table)
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((time.as_secs_f64() * 1000.0).round() / 1000.0)
}
