//! A runner's share of a fleet.

use std::str::FromStr;

use crate::error::{Error, Result};

/// What a Kubernetes Indexed Job gives to each of its pods: 0 to one less than their number.
const JOB_INDEX: &str = "JOB_COMPLETION_INDEX";

/// One runner of several. The share says where it begins, not what it may do: the rest it takes up afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 0.
    index: usize,
    /// Of how many.
    of: usize,
}

/// A share as it is written: `2/8`, or `of=8` where a scheduler's environment says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// With its number.
    Numbered(Shard),
    /// Of so many.
    Of(usize),
}

impl Shard {
    /// The whole.
    pub const ALL: Self = Self { index: 0, of: 1 };

    /// Whether a place in the list is this runner's.
    pub const fn has(self, place: usize) -> bool {
        place % self.of == self.index
    }

    /// Whether there are others.
    pub const fn is_part(self) -> bool {
        self.of > 1
    }
}

impl Written {
    /// Which share it is.
    ///
    /// # Errors
    /// Exit 2 where the scheduler's number is missing, or too high.
    pub fn shard(self, environment: impl Fn(&str) -> Option<String>) -> Result<Shard> {
        let of = match self {
            Self::Numbered(shard) => return Ok(shard),
            Self::Of(of) => of,
        };
        let given = environment(JOB_INDEX).ok_or_else(|| {
            Error::usage(format!("`--shard of={of}` needs {JOB_INDEX}, which is not set"))
                .hint("it is there in the pods of a Kubernetes Indexed Job; elsewhere give the number: `--shard 1/8`")
        })?;
        match given.trim().parse::<usize>() {
            Ok(index) if index < of => Ok(Shard { index, of }),
            _ => Err(Error::usage(format!("{JOB_INDEX} is `{given}`, and there are {of} shares"))
                .hint("`--shard of=` and `completions` of the Job have to be the same number")),
        }
    }
}

impl FromStr for Written {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a share such as `2/8`, or `of=8`");
        if let Some(of) = text.strip_prefix("of=") {
            return match of.parse() {
                Ok(of) if of > 0 => Ok(Self::Of(of)),
                _ => Err(wrong()),
            };
        }
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        match (index.parse::<usize>(), of.parse::<usize>()) {
            (Ok(index), Ok(of)) if (1..=of).contains(&index) => {
                Ok(Self::Numbered(Shard { index: index - 1, of }))
            }
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_disjoint_and_complete() {
        let shards: Vec<Shard> =
            (1..=3).map(|k| format!("{k}/3").parse::<Written>().unwrap().shard(|_| None).unwrap()).collect();
        for place in 0..10 {
            assert_eq!(shards.iter().filter(|shard| shard.has(place)).count(), 1);
        }
        assert!(Shard::ALL.has(7) && !Shard::ALL.is_part() && shards[0].is_part());
    }

    #[test]
    fn a_scheduler_may_say_which() {
        let of = "of=4".parse::<Written>().unwrap();
        assert_eq!(of.shard(|_| Some("3".to_owned())).unwrap(), Shard { index: 3, of: 4 });
        for given in [None, Some("4"), Some("x")] {
            assert!(of.shard(|_| given.map(str::to_owned)).is_err());
        }
        for wrong in ["0/3", "4/3", "3", "a/b", "of=0", "of="] {
            assert!(wrong.parse::<Written>().is_err(), "{wrong}");
        }
    }
}
