//! The next number, in the style that a folder has.

use std::time::{Duration, SystemTime};

/// How the migrations of a folder are told apart: by what their names begin with.
#[derive(Debug, PartialEq, Eq)]
pub struct Style {
    /// Letters before the number: `V` in `V12__users`.
    before: String,
    number: Number,
    /// What stands between number and name.
    between: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Number {
    /// Counted, with so many digits at least; the number is the last one.
    Counted { digits: usize, last: u64 },
    /// The time of writing, `20261121093000`, cut to so many digits.
    Date(usize),
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
}

impl Style {
    /// The style of the last migration that has a number; `0001_name` where none has.
    pub fn of<'a>(ids: impl DoubleEndedIterator<Item = &'a str>) -> Self {
        let counted = |last| Number::Counted { digits: 4, last };
        ids.rev().find_map(Self::read).unwrap_or(Self {
            before: String::new(),
            number: counted(0),
            between: "_".to_owned(),
        })
    }

    fn read(id: &str) -> Option<Self> {
        let rest = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let name = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        let digits = &rest[..rest.len() - after.len()];
        let (before, between) = (&id[..id.len() - rest.len()], &after[..after.len() - name.len()]);
        if digits.is_empty() || before.len() > 1 {
            return None;
        }
        let last = digits.parse().ok()?;
        let is_date = digits.starts_with("20") && matches!(digits.len(), 8 | 12 | 14 | 17);
        let number = match digits.len() {
            length if is_date => Number::Date(length),
            10 if digits.starts_with('1') => Number::Seconds,
            13 if digits.starts_with('1') => Number::Milliseconds,
            length => Number::Counted { digits: length, last },
        };
        let between = if between.is_empty() { "_" } else { between };
        Some(Self { before: before.to_owned(), number, between: between.to_owned() })
    }

    /// The id of a new migration.
    pub fn id(&self, name: &str, now: SystemTime) -> String {
        let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let number = match self.number {
            Number::Counted { digits, last } => format!("{:0digits$}", last + 1),
            Number::Seconds => since_1970.as_secs().to_string(),
            Number::Milliseconds => since_1970.as_millis().to_string(),
            Number::Date(length) => {
                let date = humantime::format_rfc3339_millis(now).to_string();
                date.chars().filter(char::is_ascii_digit).take(length).collect()
            }
        };
        format!("{}{number}{}{name}", self.before, self.between)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_folder() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_253_400_123); // 2026-11-21 09:30:00.123 UTC
        let next = |ids: &[&str]| Style::of(ids.iter().copied()).id("x", now);
        for (ids, wanted) in [
            (&[][..], "0001_x"),
            (&["0001_a", "0009_b"], "0010_x"),
            (&["01-init", "02-users"], "03-x"),
            (&["9_a"], "10_x"),
            (&["V1__init", "V2__users"], "V3__x"),
            (&["0001_a", "seed"], "0002_x"),
            (&["20240101120000_init"], "20261121093000_x"),
            (&["202401011200_init"], "202611210930_x"),
            (&["20240101_init"], "20261121_x"),
            (&["1704067200_init"], "1795253400_x"),
            (&["1704067200000_init"], "1795253400123_x"),
            (&["users", "orders"], "0001_x"),
        ] {
            assert_eq!(next(ids), wanted, "{ids:?}");
        }
    }
}
