//! What the refusal proposes as the way back is what the file can hold, and is never invented

use super::support::database::TestDb;
use super::support::program::Program;

const TABLE: &str = "CREATE TYPE a AS ENUM ('x', 'y'); CREATE TYPE \"B\" AS ENUM ('x', 'y');
    CREATE TABLE t (id integer PRIMARY KEY, word text, kind a, price numeric(8,2));
    INSERT INTO t SELECT n, 'x', 'x', n FROM generate_series(1, 5) n";

/// Pasted above its statement, the line makes the plan
#[tokio::test]
async fn the_line_works_as_printed() {
    for (before, change, after) in [
        (
            "ALTER TABLE t RENAME COLUMN word TO said;\n",
            "ALTER TABLE t ALTER COLUMN said TYPE bytea USING said::bytea;\n",
            "",
        ),
        (
            "",
            "ALTER TABLE t ALTER COLUMN word TYPE bytea USING word::bytea;\n",
            "ALTER TABLE t RENAME COLUMN word TO said;\n",
        ),
        (
            "ALTER TABLE t RENAME COLUMN kind TO sort;\n",
            "ALTER TABLE t ALTER COLUMN sort TYPE \"B\" USING sort::text::\"B\";\n",
            "",
        ),
    ] {
        let db = TestDb::create().await;
        db.exec(TABLE).await;
        let midflight = Program::new(&db, &[("1.sql", &format!("{before}{change}{after}"))]);
        let refused = midflight.exits(&["plan"], &[23]).await.stderr;
        let line = refused.split("statement: `").nth(1).unwrap().split("`,").next().unwrap();
        midflight.write("1.sql", &format!("{before}{line}\n{change}{after}"));
        for stage in ["plan", "expand", "backfill", "verify", "contract"] {
            midflight.ok(&[stage]).await;
        }
    }
}

#[tokio::test]
async fn nothing_is_invented_for_what_computes() {
    let db = TestDb::create().await;
    db.exec(TABLE).await;
    let file = "ALTER TABLE t RENAME COLUMN price TO cents;\nALTER TABLE t ALTER COLUMN cents TYPE integer USING (cents * 100)::integer;\n";
    let midflight = Program::new(&db, &[("1.sql", file)]);
    let refused = midflight.exits(&["plan"], &[23]).await.stderr;
    assert!(refused.contains("`-- midflight: reverse cents = …`"), "{refused}");
}
