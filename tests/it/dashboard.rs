//! `dashboard`: live, shared by its viewers, closed to other pages, and in nobody's way

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use super::support::database::TestDb;
use super::support::http::{Answer, browse, request};
use super::support::program::Program;

const TOKEN: &str = "0123456789abcdef-of-the-test";

/// A dashboard at work
struct Served {
    child: Child,
    address: String,
}

impl Served {
    async fn start(midflight: &Program, arguments: &[&str]) -> Self {
        let mut command = midflight.command(&["dashboard", "--listen", "127.0.0.1:0", "--every", "500ms"]);
        command.args(arguments).env("MIDFLIGHT_DASHBOARD_TOKEN", TOKEN).stderr(Stdio::inherit());
        let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let address = line.split("http://").nth(1).unwrap_or_else(|| panic!("{line}"));
        let address = address.split('/').next().unwrap().to_owned();
        assert!(!line.contains(TOKEN), "{line}");
        Self { child, address }
    }

    async fn get(&self, path: &str) -> Answer {
        request(&self.address, &format!("GET {path}"), &[], "").await
    }

    async fn post(&self, path: &str, headers: &[&str]) -> Answer {
        let all = [&["Content-Type: application/json"][..], headers].concat();
        request(&self.address, &format!("POST {path}"), &all, "{\"migration\": \"1\"}").await
    }

    /// Asks until a page says so
    async fn until(&self, path: &str, part: &str) -> Answer {
        for _ in 0..200 {
            let answer = self.get(path).await;
            if answer.body.contains(part) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} never said {part}: {}", self.get(path).await.body);
    }

    async fn ends(mut self) {
        kill_process(Pid::from_raw(self.child.id().unwrap() as i32).unwrap(), Signal::INT).unwrap();
        assert_eq!(self.child.wait().await.unwrap().code(), Some(0));
    }
}

async fn table() -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE \"<img src=x onerror=alert(1)>\" (id int PRIMARY KEY, a int); INSERT INTO \"<img src=x onerror=alert(1)>\" SELECT n, n FROM generate_series(1, 5000) n; ANALYZE").await;
    let file = "ALTER TABLE \"<img src=x onerror=alert(1)>\" ALTER COLUMN a TYPE bigint;\n";
    let midflight = Program::new(&db, &[("1.sql", file)]);
    midflight.ok(&["expand"]).await;
    (db, midflight)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_a_backfill_and_pauses_it() {
    let (db, midflight) = table().await;
    let served = Served::start(&midflight, &[]).await;
    let page = served.get("/").await;
    assert_eq!(page.status(), 200);
    for header in [
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "referrer-policy: no-referrer",
    ] {
        assert!(page.head.contains(header), "no {header} in {}", page.head);
    }
    assert!(page.body.contains(">expanded</span>") && !page.body.contains("<img"), "{}", page.body);
    assert!(!page.body.contains("<script>") && !page.body.contains("onclick"), "{}", page.body);
    // where readers aloud find their way, and hear what changes
    for part in
        ["<main id=\"live\">", "lang=\"en\"", "role=\"status\" aria-live=\"polite\"", "<label for=\"token\">"]
    {
        assert!(page.body.contains(part), "no {part} in {}", page.body);
    }
    assert!(served.get("/page.js").await.head.contains("text/javascript"));
    assert!(served.get("/page.css").await.body.contains("prefers-color-scheme: dark"));
    assert_eq!(served.get("/nothing").await.status(), 404);

    midflight.write("midflight.yaml", "backfill: {pause: 1s}\n");
    let backfill = midflight.begin(&["backfill"]);
    served.until("/fragment", ">backfilling</span>").await;
    let paused = served.post("/pause", &[&format!("Authorization: Bearer {TOKEN}")]).await;
    assert_eq!((paused.status(), &paused.json()["paused"][0]), (200, &"1".into()), "{}", paused.body);
    db.until("SELECT throttled_by LIKE 'paused%' FROM midflight.backfills").await;
    let shown = served.until("/fragment", "data-act=\"resume\"").await;
    assert!(shown.body.contains("paused by") && !shown.body.contains("<img"), "{}", shown.body);

    midflight.ok(&["resume", "--batch-pause", "0s"]).await;
    backfill.ends(0).await;
    let document = served.until("/report.json", "\"phase\": \"backfilled\"").await.json();
    assert_eq!(document["unreachable"], serde_json::Value::Null);
    assert_eq!(document["migrations"][0]["phase"], "backfilled");
    served.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_pages_and_wrong_tokens_change_nothing() {
    let (db, midflight) = table().await;
    let served = Served::start(&midflight, &["--allow-host", "dash.example"]).await;
    let bearer = format!("Authorization: Bearer {TOKEN}");
    // a name of somebody else that leads here
    for host in ["Host: evil.example", "Host: 127.0.0.1.evil.example:80", "Host:"] {
        for line in ["GET /", "GET /fragment", "GET /report.json", "POST /pause"] {
            let answer = request(&served.address, line, &[host, &bearer], "{\"migration\": \"1\"}").await;
            assert_eq!(answer.status(), 421, "{host} {line}");
            assert!(!answer.body.contains("backfill"), "{}", answer.body);
        }
    }
    assert_eq!(request(&served.address, "GET /", &["Host: dash.example"], "").await.status(), 200);
    // a page of somebody else
    for origin in ["Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1"] {
        assert_eq!(served.post("/pause", &[origin, &bearer]).await.status(), 403, "{origin}");
        assert_eq!(
            request(&served.address, "GET /report.json", &[origin], "").await.status(),
            403,
            "{origin}"
        );
    }
    // without the token, with a wrong one, and with one in the address, where logs keep it
    for header in
        ["X: y", "Authorization: Bearer wrong-wrong-wrong-wrong", &format!("Authorization: {TOKEN}")]
    {
        assert_eq!(served.post("/pause", &[header]).await.status(), 401, "{header}");
    }
    assert_eq!(served.post(&format!("/pause?token={TOKEN}"), &[]).await.status(), 401);
    // what a form of another page could send
    let plain = request(
        &served.address,
        "POST /pause",
        &[&bearer, "Content-Type: text/plain"],
        "{\"migration\": \"1\"}",
    )
    .await;
    assert_eq!(plain.status(), 400);
    assert_eq!(served.get("/pause").await.status(), 404);
    assert_eq!(
        db.scalar::<i64>("SELECT count(*) FROM midflight.migrations WHERE paused_at IS NOT NULL").await,
        0
    );
    let own = format!("Origin: http://{}", served.address);
    assert_eq!(served.post("/pause", &[&own, &bearer]).await.status(), 200);
    assert_eq!(
        db.scalar::<i64>("SELECT count(*) FROM midflight.migrations WHERE paused_at IS NOT NULL").await,
        1
    );
    let unknown = request(
        &served.address,
        "POST /pause",
        &[&bearer, "Content-Type: application/json"],
        "{\"migration\": \"2\"}",
    )
    .await;
    assert_eq!((unknown.status(), unknown.json()["error"]["code"].as_u64()), (409, Some(4)));

    let taken = midflight.exits(&["dashboard", "--listen", &served.address], &[2]).await;
    assert!(taken.stderr.contains("can't listen on"), "{}", taken.stderr);
    let remote = midflight.exits(&["dashboard", "--listen", "0.0.0.0:0"], &[2]).await;
    assert!(remote.stderr.contains("--allow-remote"), "{}", remote.stderr);
    let mut short = midflight.command(&["dashboard", "--listen", "127.0.0.1:0"]);
    assert_eq!(short.env("MIDFLIGHT_DASHBOARD_TOKEN", "short").output().unwrap().status.code(), Some(2));
    served.ends().await;
}

/// Many viewers are one round of questions; a lost connection is told, and mended
#[tokio::test(flavor = "multi_thread")]
async fn viewers_share_and_a_database_may_go_away() {
    let (db, midflight) = table().await;
    let served = Served::start(&midflight, &[]).await;
    let viewers = (0..40).map(|_| served.get("/fragment"));
    for answer in futures_util::future::join_all(viewers).await {
        assert_eq!(answer.status(), 200);
    }
    let sessions: i64 = db
        .scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'midflight%'")
        .await;
    assert_eq!(sessions, 1, "one connection for all viewers");

    let mut admin = TestDb::create().await.connect().await;
    let mut run = async |sql: String| {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    };
    run(format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", db.name())).await;
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", db.name()))
        .await;
    let lost = served.until("/fragment", "The database can't be asked, for").await;
    assert!(lost.body.contains(">expanded</span>"), "what was seen last stays: {}", lost.body);
    assert!(served.get("/report.json").await.json()["unreachable"]["seconds"].is_u64());
    run(format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", db.name())).await;
    served.until("/report.json", "\"unreachable\": null").await;
    served.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_it_up_to_date() {
    let (_db, midflight) = table().await;
    let served = Served::start(&midflight, &[]).await;
    if let Some(browsed) = browse(&format!("http://{}/", served.address), 8000).await {
        assert!(browsed.complaints.is_empty(), "{:?}", browsed.complaints);
        // said by its script, after it has asked once more
        let said = "aria-live=\"polite\">1 is expanded</p>";
        assert!(browsed.page.contains(said), "no {said} in {}", browsed.page);
        assert!(!browsed.page.contains("<img") && browsed.page.contains("&lt;img"), "{}", browsed.page);
    }
    served.ends().await;
}
