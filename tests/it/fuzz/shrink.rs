//! A case that is wrong, made smaller for as long as it stays wrong

use super::case::Case;
use super::run::{End, Run};
use crate::support::database::TestDb;

/// So many tries, then it is small enough
const TRIES: u32 = 16;

/// The smallest case found that is still wrong, why, and what happened in it
pub async fn shrink(case: Case, why: String, log: Vec<String>, base: &TestDb) -> (Case, String, Vec<String>) {
    let mut best = (case, why, log);
    let mut tries = 0;
    let mut at = 0;
    loop {
        let smaller = smaller(&best.0, best.2.len());
        let Some(next) = smaller.into_iter().nth(at) else { return best };
        if tries == TRIES {
            return best;
        }
        tries += 1;
        match Run::of(&next, base).await {
            (Err(why), log) => best = (next, why, log),
            (Ok(End::Contracted | End::Refused(_) | End::Drift | End::Odd(_)), _) => at += 1,
        }
    }
}

/// The next smaller ones, those that take most away first
fn smaller(case: &Case, lines: usize) -> Vec<Case> {
    let mut found = Vec::new();
    let mut without = |differs: bool, change: fn(&mut Case)| {
        if differs {
            let mut smaller = case.clone();
            change(&mut smaller);
            found.push(smaller);
        }
    };
    without(case.files.len() > 1, |case| {
        case.files.pop();
    });
    let last = case.files.last().map_or(0, |file| file.proposals.len());
    without(last > 1, |case| {
        if let Some(file) = case.files.last_mut() {
            file.proposals.pop();
        }
    });
    without(case.kill.is_some(), |case| case.kill = None);
    without(case.back.is_some(), |case| case.back = None);
    without(case.meddles, |case| case.meddles = false);
    let writes = case.most_writes.unwrap_or(lines);
    for fewer in [writes / 2, writes * 3 / 4, writes.saturating_sub(1)] {
        if fewer < writes {
            found.push(Case { most_writes: Some(fewer), ..case.clone() });
        }
    }
    found
}
