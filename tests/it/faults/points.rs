//! A fault at the first point of a command, at its second, and so on until the command ends before it is reached

use rustix::process::{Signal, kill_process};

use super::scenario::{Case, Scenario, command};
use crate::support::wire::{Point, Side, Wire};

/// What happens to a command.
#[derive(Clone, Copy, PartialEq)]
pub enum Fault {
    /// SIGKILL
    Kill,
    /// It loses the connection on which it has come to the point.
    Cut,
}

/// A test a scenario and stage
macro_rules! tests_at_every_point {
    ($fault:ident $($name:ident: $scenario:ident { $($stage:ident),* })*) => {
        $(mod $name {
            use crate::faults::{points::{Fault, at_every_point}, scenario};

            $(#[tokio::test(flavor = "multi_thread")]
            async fn $stage() {
                at_every_point(Fault::$fault, &scenario::$scenario, stringify!($stage)).await;
            })*
        })*
    };
}
pub(super) use tests_at_every_point;

/// After each fault the command is run again to the end, or rolled back.
pub async fn at_every_point(fault: Fault, scenario: &'static Scenario, stage: &str) {
    let finished = scenario.finished().await;
    let mut met = 0;
    'points: for nth in 1.. {
        for side in sides(stage, nth) {
            let Some(case) = meets(fault, scenario, stage, Point { side, nth }).await else { break 'points };
            met += 1;
            // A state is left by a fault after one thing and by a fault before the next: they take different ways.
            let back = nth % 2 == 0 && !["contract", "apply", "keep", "purge"].contains(&stage);
            match (stage, back) {
                ("undo", _) => case.undone().await,
                ("rollback", _) | (_, true) => case.goes_back().await,
                _ => case.finishes(stage, &finished).await,
            }
        }
    }
    println!("{stage}: {met} times");
    assert!(met >= 4, "{met} times only");
}

/// Backfill commits many batches that are alike, so that one side of each is tried; `MIDFLIGHT_TEST_LONG` tries both.
fn sides(stage: &str, nth: usize) -> Vec<Side> {
    match (stage == "backfill" && !super::long(), nth % 2) {
        (true, 0) => vec![Side::After],
        (true, _) => vec![Side::Before],
        (false, _) => vec![Side::Before, Side::After],
    }
}

/// Lets a stage meet a fault at a point. None where it ended before.
async fn meets(fault: Fault, scenario: &'static Scenario, stage: &str, point: Point) -> Option<Case> {
    let mut case = Case::new(scenario).await;
    case.before(stage).await;
    let wire = Wire::new(&case.db.url(), point).await;
    let command = [command(stage), &["--database-url", wire.url(), "--format", "json"]].concat();
    let ran = case
        .midflight
        .at(&command, wire.stopped(), |pid| match fault {
            Fault::Kill => kill_process(pid, Signal::KILL).unwrap(),
            Fault::Cut => wire.cut(),
        })
        .await;
    let Some(ran) = ran else {
        case.db.discard().await;
        return None;
    };
    // Without the connection of its lease it gets another.
    if fault == Fault::Cut && ran.code != 0 {
        assert_eq!(ran.code, 30, "{point:?}: {}{}", ran.stdout, ran.stderr);
        let error: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(error["error"]["retryable"], true, "{error}");
    }
    Some(case)
}
