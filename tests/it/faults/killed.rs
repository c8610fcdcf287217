//! SIGKILL before and after everything that lasts, in every stage, under both releases' writes
//!
//! A command is killed at its first point, at its second, and so on until it ends before it is reached. After each
//! kill it is run again to the end, or rolled back; both follow every state that a kill can leave.

use super::scenario::{Case, DROP_AND_FILL, IN_PLACE, RENAME, SPLIT, Scenario, TABLE_RENAME, TYPE_CHANGE};
use crate::support::wire::{Point, Side, Wire};

/// A test a scenario and stage
macro_rules! killed_in {
    ($($name:ident: $scenario:ident { $($stage:ident),* })*) => {
        $(mod $name {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $stage() {
                super::at_every_point(&super::$scenario, stringify!($stage)).await;
            })*
        })*
    };
}

killed_in! {
    type_change: TYPE_CHANGE { expand, backfill, verify, contract, rollback }
    rename: RENAME { expand, backfill, contract, rollback }
    split: SPLIT { expand, backfill, contract, rollback }
    in_place: IN_PLACE { expand, backfill, contract, rollback }
    drop_and_fill: DROP_AND_FILL { expand, backfill, contract, rollback }
    table_rename: TABLE_RENAME { expand, contract, rollback }
}

async fn at_every_point(scenario: &'static Scenario, stage: &str) {
    let mut killed = 0;
    'points: for nth in 1.. {
        for side in [Side::Before, Side::After] {
            let Some(case) = killed_at(scenario, stage, Point { side, nth }).await else { break 'points };
            killed += 1;
            // A state is left by a kill after one thing and by a kill before the next: they take different ways.
            let back = nth % 2 == 0 && stage != "contract";
            match (stage, back) {
                ("rollback", _) | (_, true) => case.goes_back().await,
                _ => case.finishes(stage).await,
            }
        }
    }
    println!("{stage}: killed {killed} times");
    assert!(killed >= 6, "killed {killed} times only");
}

/// Kills a stage at a point. None where it ended before.
async fn killed_at(scenario: &'static Scenario, stage: &str, point: Point) -> Option<Case> {
    let mut case = Case::new(scenario).await;
    case.before(stage).await;
    let wire = Wire::new(&case.db.url(), point).await;
    let command = [stage, "--database-url", wire.url()];
    if case.midflight.kill_when(&command, wire.stopped()).await {
        return Some(case);
    }
    case.db.discard().await;
    None
}
