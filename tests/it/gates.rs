//! Gates that are asked over HTTP, with and without TLS

use std::time::{Duration, Instant};

use super::support::database::TestDb;
use super::support::health::Health;
use super::support::program::{Program, Ran};

/// A migration whose rows are next, and whose backfill asks one gate first
async fn behind_gate(url: &str) -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1)").await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")]);
    midflight.ok(&["expand"]).await;
    midflight.write("midflight.yaml", &format!("gates: [{{name: health, http: '{url}'}}]\n"));
    (db, midflight)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_success_is_a_yes() {
    let health = Health::start().await;
    let secret = health.url("/health?key=hidden").replace("http://", "http://me:p%40ss@");
    let (_db, midflight) = behind_gate(&secret).await;
    for status in [301, 404, 500] {
        health.answers(status);
        let ran = midflight.exits(&["backfill"], &[4]).await;
        let says = format!("gate `health`: {} answers {status}", health.url("/health"));
        assert!(ran.stderr.contains(&says), "{}", ran.stderr);
        for part in ["me:", "p%40ss", "p@ss", "hidden", "bWU6cEBzcw"] {
            assert!(!ran.stderr.contains(part), "{part} in {}", ran.stderr);
        }
    }
    let requests = health.requests();
    assert_eq!(requests.len(), 3, "a redirect was followed: {requests:?}");
    for part in
        ["GET /health?key=hidden HTTP/1.1\r\n", "authorization: Basic bWU6cEBzcw==\r\n", "host: 127.0.0.1:"]
    {
        assert!(requests[0].contains(part), "no {part:?} in {:?}", requests[0]);
    }
    health.answers(204);
    midflight.ok(&["backfill"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_has_to_be_known() {
    let (health, certificate) = Health::start_with_tls().await;
    let (_db, midflight) = behind_gate(&health.url("/health")).await;
    let ran = midflight.exits(&["backfill"], &[4]).await;
    assert!(ran.stderr.contains("invalid peer certificate"), "{}", ran.stderr);
    assert!(health.requests().is_empty());

    let file = midflight.folder().join("ca.pem");
    std::fs::write(&file, certificate).unwrap();
    let trusting = async |arguments: &[&str]| {
        let mut command = tokio::process::Command::from(midflight.command(arguments));
        Ran::from(command.env("SSL_CERT_FILE", &file).output().await.unwrap())
    };
    health.answers(503);
    let ran = trusting(&["backfill"]).await;
    assert!(ran.code == 4 && ran.stderr.contains("/health answers 503"), "{}", ran.stderr);
    health.answers(200);
    let ran = trusting(&["backfill"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_a_no() {
    // it takes connections and says nothing
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (_db, midflight) = behind_gate(&url).await;
    let started = Instant::now();
    let ran = midflight.exits(&["backfill"], &[4]).await;
    assert!(ran.stderr.contains("gate `health`: no answer within 10 s"), "{}", ran.stderr);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
