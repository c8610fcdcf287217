//! Migrations by chance, with both releases at work: each ends as the direct change ends, or is refused before anything
//! is changed.
//!
//! A number gives a schema with rows, one to three files, what both releases write between the stages (in sessions of
//! different time zones), rollbacks, kills. `MIDFLIGHT_FUZZ_SEEDS=FROM..TO` says which numbers; a fault prints its
//! number and writes a folder with everything that is needed to see it again.

mod case;
mod kinds;
mod model;
mod report;
mod run;
mod setup;
mod shrink;
mod statements;
mod writers;

use std::ops::Range;

use case::Case;
use report::Report;
use run::Run;

/// Numbers that fail today. One that passes has to leave the list.
const NOT_YET: &[u64] = &[];

/// How many numbers an ordinary run takes
const ORDINARY: u64 = 60;

/// A test for a part of the numbers: they run side by side.
macro_rules! parts {
    ($($name:ident $at:literal),*) => {
        $(#[tokio::test]
        async fn $name() {
            part($at).await;
        })*
        const PARTS: u64 = [$($at),*].len() as u64;
    };
}

parts! { part_1 0, part_2 1, part_3 2, part_4 3 }

fn seeds() -> Range<u64> {
    let Ok(text) = std::env::var("MIDFLIGHT_FUZZ_SEEDS") else { return 0..ORDINARY };
    let (from, to) = text.split_once("..").expect("MIDFLIGHT_FUZZ_SEEDS is FROM..TO");
    from.parse().unwrap()..to.parse().unwrap()
}

async fn part(number: u64) {
    let mut report = Report::default();
    for seed in seeds().filter(|seed| seed % PARTS == number) {
        let (case, base) = Case::from_seed(seed).await;
        if !case.files.is_empty() {
            match Run::of(&case, &base).await {
                (Err(why), log) if !NOT_YET.contains(&seed) => {
                    let (case, why, log) = shrink::shrink(case, why, log, &base).await;
                    report.add(&case, &Err(why), &log);
                }
                (end, log) => report.add(&case, &end, &log),
            }
        }
        base.discard().await;
    }
    report.finish(number);
}
