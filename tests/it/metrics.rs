//! What `--metrics` hands out is what Prometheus reads

use std::collections::HashMap;

use prometheus_parse::{Scrape, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::database::TestDb;
use super::support::program::Program;

/// Figures by name and labels, as one writes them in a query
fn read(text: &str) -> HashMap<String, f64> {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        for kind in ["HELP", "TYPE"] {
            assert!(text.contains(&format!("# {kind} {name} ")), "no {kind} of {name}");
        }
    }
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap();
    let figure = |sample: prometheus_parse::Sample| {
        let value = match sample.value {
            Value::Counter(value) | Value::Gauge(value) => value,
            other => panic!("{} is neither counter nor gauge: {other:?}", sample.metric),
        };
        assert_eq!(matches!(sample.value, Value::Counter(_)), sample.metric.ends_with("_total"));
        let mut labels: Vec<String> =
            sample.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        labels.sort();
        (format!("{} {}", sample.metric, labels.join(",")).trim().to_owned(), value)
    };
    scrape.samples.into_iter().map(figure).collect()
}

async fn table() -> (TestDb, Program) {
    let db = TestDb::create().await;
    db.exec("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 5000) n; ANALYZE t").await;
    let midflight = Program::new(&db, &[("1.sql", "ALTER TABLE t ALTER COLUMN a TYPE bigint;\n")]);
    (db, midflight)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_for_node_exporter() {
    let (_db, midflight) = table().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("midflight.prom");
    let metrics = path.to_str().unwrap();
    midflight.exits(&["expand", "--metrics", "midflight.txt"], &[2]).await;
    midflight.exits(&["expand", "--metrics", "/nowhere/midflight.prom"], &[2]).await;
    midflight.ok(&["expand", "--metrics", metrics]).await;
    midflight.ok(&["backfill", "--metrics", metrics]).await;
    let figures = read(&std::fs::read_to_string(&path).unwrap());
    for (name, value) in [
        ("midflight_rows_done doing=backfill,table=public.t", 5000.0),
        ("midflight_rows_done doing=verify,table=public.t", 5000.0),
        ("midflight_rows_expected doing=backfill,table=public.t", 5000.0),
        ("midflight_throttle_pressure_ratio signal=replica_lag_bytes", 0.0),
        ("midflight_lock_retries_total", 0.0),
        ("midflight_exit_code", 0.0),
    ] {
        assert_eq!(figures.get(name), Some(&value), "{name} in {figures:#?}");
    }
    assert!(
        figures.contains_key("midflight_stage_duration_seconds migration=1,stage=backfill"),
        "{figures:#?}"
    );
    assert!(!figures.keys().any(|name| name.starts_with("midflight_stage_running")), "{figures:#?}");
    midflight.exits(&["contract", "--release", "", "nothing", "--metrics", metrics], &[2]).await;
    assert_eq!(read(&std::fs::read_to_string(&path).unwrap())["midflight_exit_code"], 2.0);
    midflight.ok(&["advance", "--release", "v3", "--metrics", metrics]).await;
    let figures = read(&std::fs::read_to_string(&path).unwrap());
    assert_eq!(figures["midflight_exit_code"], 0.0);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_while_it_is_paused() {
    let (db, midflight) = table().await;
    midflight.ok(&["expand"]).await;
    midflight.write("midflight.yaml", "backfill: {pause: 1s}\n");
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let address = format!("127.0.0.1:{port}");
    let backfill = midflight.begin(&["backfill", "--metrics", &address]);
    db.until("SELECT rows_done > 0 FROM midflight.backfills").await;
    midflight.exits(&["verify", "--metrics", &address], &[2]).await;
    midflight.ok(&["pause"]).await;
    db.until("SELECT throttled_by LIKE 'paused%' AND held > '1s' FROM midflight.backfills").await;

    let (head, body) = get(&address, "/metrics").await;
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("text/plain; version=0.0.4"), "{head}");
    let figures = read(&body);
    assert_eq!(figures["midflight_held reason=pause"], 1.0);
    assert!(figures["midflight_held_seconds_total reason=pause"] > 0.5);
    assert_eq!(figures["midflight_stage_running migration=1,stage=backfill"], 1.0);
    assert!(figures["midflight_last_progress_timestamp_seconds doing=backfill,table=public.t"] > 1.7e9);
    assert!(get(&address, "/").await.0.starts_with("HTTP/1.1 404"));

    midflight.ok(&["resume", "--batch-pause", "0s"]).await;
    backfill.ends(0).await;
}

async fn get(address: &str, path: &str) -> (String, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}
