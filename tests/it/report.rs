//! `report`: a page that shows what there is, shows no constants, and runs nothing

use base64::Engine;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::support::database::TestDb;
use super::support::http::browse;
use super::support::program::Program;

/// Names that end tags, attributes and strings, and turn the direction of writing
const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'\u{202e}&\n;--";

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn page(midflight: &Program) -> String {
    midflight.ok(&["report", "--output", "-"]).await.stdout
}

/// Nothing in it is fetched or run, and its policy allows its own style sheet alone
fn is_closed(page: &str) {
    for word in
        ["<script", "<img", "<iframe", "javascript:", "http://", "https://", "url(", "style=\"", "<link"]
    {
        assert!(!page.contains(word), "{word} in {page}");
    }
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = base64::prelude::BASE64_STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; \
         base-uri 'none'; form-action 'none'\">"
    );
    assert!(page.contains(&policy), "no {policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_with_a_writer() {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id int PRIMARY KEY, name text, a int); INSERT INTO t SELECT n, 'n', n FROM generate_series(1, 5000) n; ANALYZE t").await;
    let midflight = Program::new(
        &db,
        &[
            ("1_default.sql", "ALTER TABLE t ADD COLUMN b text DEFAULT 'SECRET';\n"),
            ("2_rename.sql", "ALTER TABLE t RENAME COLUMN name TO label;\n"),
            ("3_widen.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n"),
        ],
    );
    // before anything is there
    assert!(page(&midflight).await.contains("Nothing is in flight."));
    for stage in ["expand", "backfill", "contract"] {
        midflight.ok(&[stage, "1_default"]).await;
    }
    let mut holder = db.connect().await;
    sqlx::raw_sql("BEGIN; LOCK t IN SHARE MODE").execute(&mut holder).await.unwrap();
    let expand = midflight.begin(&["expand", "2_rename", "--release", "v42"]);
    db.until("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 't'::regclass").await;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    sqlx::raw_sql("COMMIT").execute(&mut holder).await.unwrap();
    expand.ends(0).await;

    midflight.write("midflight.yaml", "backfill: {pause: 1s}\n");
    let backfill = midflight.begin(&["backfill", "2_rename"]);
    db.until("SELECT rows_done > 0 FROM midflight.backfills WHERE migration_id = '2_rename'").await;
    db.exec("INSERT INTO t VALUES (10001, 'by the old release')").await;
    let told = page(&midflight).await;
    is_closed(&told);
    for part in [
        "2_rename",
        "<span class=\"phase\">backfilling</span>",
        "aria-label=\"rows of public.t converted\"",
        "1 writes since expand",
        "renames column <bdi><code>public.t.name</code></bdi> to <bdi><code>label</code></bdi>",
        "<bdi>a lock on public.t, ",
        "3_widen",
        "ADD COLUMN b text DEFAULT ?",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert!(!told.contains("SECRET"));
    midflight.ok(&["pause"]).await;
    db.until("SELECT throttled_by LIKE 'paused%' FROM midflight.backfills WHERE migration_id = '2_rename'")
        .await;
    assert!(page(&midflight).await.contains("paused by"));

    let document: Value =
        serde_json::from_str(&midflight.ok(&["report", "--format", "json"]).await.stdout).unwrap();
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(schema).unwrap()).unwrap();
    let faults: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    let all = document["migrations"].as_array().unwrap();
    let names: Vec<&str> = all.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["1_default", "2_rename", "3_widen"]);
    let phases: Vec<&str> =
        all[1]["phases"].as_array().unwrap().iter().map(|one| one["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["expanding", "expanded", "backfilling"]);
    assert!(all[1]["waits"][0]["seconds"].as_f64().unwrap() > 1.0, "{}", all[1]["waits"]);
    // the columns of `status`
    let status: Value =
        serde_json::from_str(&midflight.ok(&["status", "--format", "json"]).await.stdout).unwrap();
    for (key, value) in status["migrations"][0].as_object().unwrap() {
        assert_eq!(&all[0][key], value, "{key}");
    }
    midflight.ok(&["resume", "--batch-pause", "0s"]).await;
    backfill.ends(0).await;
    let verified = midflight.ok(&["report", "2_rename", "--output", "-"]).await.stdout;
    assert!(verified.contains("Verified: every row was read") && !verified.contains("3_widen"), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text() {
    let db = TestDb::create().await;
    let (table, column) = (quoted(HOSTILE), quoted("</style><script>alert(2)</script>"));
    db.exec(&format!("CREATE TABLE {table} (id int PRIMARY KEY, {column} int); INSERT INTO {table} SELECT n, n FROM generate_series(1, 50) n; ANALYZE"))
        .await;
    let midflight =
        Program::new(&db, &[("1.sql", &format!("ALTER TABLE {table} ALTER COLUMN {column} TYPE bigint;\n"))]);
    let release = "<b onclick=alert(3)>v1</b>";
    midflight.ok(&["expand", "--release", release]).await;
    midflight.ok(&["backfill"]).await;
    let told = page(&midflight).await;
    is_closed(&told);
    assert!(told.contains("&lt;img src=x onerror=alert(1)&gt;") && !told.contains('\u{202e}'), "{told}");
    assert!(
        told.contains("&lt;b onclick=alert(3)&gt;v1&lt;/b&gt;") && !told.contains("<b onclick"),
        "{told}"
    );
    let path = midflight.folder().join("page.html");
    std::fs::write(&path, &told).unwrap();
    let Some(browsed) = browse(&format!("file://{}", path.display()), 5000).await else { return };
    assert!(browsed.complaints.is_empty(), "{:?}", browsed.complaints);
    assert!(browsed.page.contains("</article>") && !browsed.page.contains("<script"), "{}", browsed.page);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_reports_are_replaced() {
    let db = TestDb::create().await;
    let midflight = Program::new(&db, &[("1.sql", "CREATE TABLE t (id int PRIMARY KEY);\n")]);
    let path = midflight.folder().join("midflight-report.html");
    midflight.ok(&["report"]).await;
    let first = std::fs::read_to_string(&path).unwrap();
    midflight.ok(&["expand"]).await;
    midflight.ok(&["report"]).await;
    assert_ne!(std::fs::read_to_string(&path).unwrap(), first);
    std::fs::write(&path, "<!DOCTYPE html>somebody's own page").unwrap();
    let ran = midflight.exits(&["report"], &[2]).await;
    assert!(
        ran.stderr.contains("is no report of midflight") && ran.stderr.contains("--output"),
        "{}",
        ran.stderr
    );
    assert!(std::fs::read_to_string(&path).unwrap().contains("somebody"));
    let ran = midflight.exits(&["report", "2", "--output", "-"], &[2]).await;
    assert!(ran.stderr.contains("there is no migration `2`"), "{}", ran.stderr);
    let left: Vec<_> = std::fs::read_dir(midflight.folder()).unwrap().collect();
    assert!(left.len() <= 4, "{left:?}");
    // an operator's machine has no files
    std::fs::remove_dir_all(midflight.folder().join("migrations")).unwrap();
    assert!(page(&midflight).await.contains("id=\"m-1\""));
}
