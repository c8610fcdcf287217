//! What stands below the options of the stages' `--help`.

/// `expand`
pub const EXPAND: &str = "\
Changes: the schema, additions only. What can be found wrong is found before the first change.
Locks: SHARE ROW EXCLUSIVE or ACCESS EXCLUSIVE on the tables it adds to, for changes of catalog rows; each attempt \
waits `lock.timeout` (500 ms) at most. Concurrent index builds block nobody but other DDL and VACUUM.
Exits with: 0 done or nothing due, 2 wrong file, 10 no lock, 12 another runner, 21 rows can't be converted, 22 drift, \
23 refused, 30 no database, 130 interrupted. 10, 12, 30 and 130: run it again.

Examples:
  midflight expand --release v42                  all that is due, before v42 is deployed
  midflight expand 0007_split_name --dry-run      what it would run
  midflight expand --release v42 --verbose        with every statement
  midflight expand 0009_prices --left-sql keep    after a rollback that left what its own SQL did";

/// `backfill`
pub const BACKFILL: &str = "\
Changes: rows, in the new columns only; then indexes and constraints on these columns.
Locks: the rows of one batch, for about `backfill.busy_target` (2 ms) while others are at work, else \
`backfill.target` (50 ms). It does not wait for rows that somebody holds.
Exits with: 0 done or nothing due, 4 a gate says no, paused, or not expanded; 10 rows held by others, 11 throttled for \
too long, 12 another runner, 13 lease lost, 20 rows differ, 21 rows can't be converted, 22 drift, 30 no database, \
130 interrupted. 4, 10 to 13, 30 and 130: run it again, it goes on where it stopped.

Examples:
  midflight backfill                              all that is due
  midflight backfill 0007_split_name --metrics 127.0.0.1:9187
  midflight pause                                 hold it up, from anywhere
  midflight resume --target 20ms                  let it go on, with smaller batches";

/// `verify`
pub const VERIFY: &str = "\
Changes: nothing but midflight's own record of the outcome.
Locks: none that blocks reads or writes. It reads each table in ranges of about 250 ms.
Exits with: 0 every row is right, 4 not expanded, or paused; 12 another runner, 20 rows differ (listed by key; contract \
is closed until a verification has passed), 22 drift, 30 no database, 130 interrupted.

Examples:
  midflight verify
  midflight verify 0007_split_name --format json";

/// `contract`
pub const CONTRACT: &str = "\
Changes: old columns, tables and triggers go, new ones take the final names, in one transaction a migration.
Locks: ACCESS EXCLUSIVE on the tables concerned, for a change of catalog rows (milliseconds); each attempt waits \
`lock.timeout` (500 ms) at most.
Exits with: 0 done or nothing due, 4 not yet (the message names every condition that doesn't hold; nothing has \
changed), 10 no lock, 12 another runner, 22 drift, 23 refused, 30 no database, 130 interrupted.

Examples:
  midflight contract --release v43                all that v42 or an earlier release expanded
  midflight contract 0007_split_name --dry-run
  midflight contract --release v43 --keep 7d      `midflight undo` goes back for a week
  midflight contract --release v43 --override gates --because \"the check is being rebuilt\"";

/// `rollback`
pub const ROLLBACK: &str = "\
Changes: what expand and backfill made goes, by the plan that was stored; the file may be gone. The old columns were kept
complete, so no row is written. What stays (enum values, SQL of your own without `rollback`) is said.
Locks: as expand.
Exits with: 0 done or nothing due, 2 several migrations are in flight and none is named, 10 no lock, 12 another runner, \
21 rows violate the constraint that comes back, 22 drift, 23 contracted already, 30 no database, 130 interrupted.

Examples:
  midflight rollback                              the only one in flight
  midflight rollback 0007_split_name
  midflight rollback 0008_total 0007_split_name   several, newest first";
