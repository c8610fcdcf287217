//! Where the figures go: to whoever asks over HTTP, or into a file.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use hyper::{Request, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::Metrics;
use crate::error::{Error, Result};
use crate::http;

/// How often a file is written.
const WRITE_EVERY: Duration = Duration::from_secs(5);

/// What `--metrics` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Answer requests there.
    Http(String),
    /// Write there.
    File(PathBuf),
}

impl FromStr for Target {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let port = text.rsplit_once(':').filter(|(host, _)| !host.contains('/'));
        if port.is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            return Ok(Self::Http(text.to_owned()));
        }
        // The textfile collector of node_exporter reads no others.
        if text.ends_with(".prom") {
            return Ok(Self::File(text.into()));
        }
        Err("give ADDRESS:PORT to be asked there, or a file whose name ends in `.prom` for node_exporter")
    }
}

/// Hands the figures out until it is dropped.
pub struct Exporter {
    metrics: Arc<Metrics>,
    target: Target,
    _task: JoinSet<()>,
}

impl Exporter {
    /// Starts. What fails later never fails the work.
    ///
    /// # Errors
    /// Exit 2 when the port can't be had or the file can't be written.
    pub async fn start(target: Target) -> Result<Self> {
        let metrics = Arc::new(Metrics::new().map_err(anyhow::Error::from)?);
        let mut task = JoinSet::new();
        match &target {
            Target::Http(address) => {
                let listener = TcpListener::bind(address).await.map_err(|error| {
                    Error::usage(format!("can't listen on {address} for --metrics: {error}"))
                })?;
                task.spawn(serve(listener, metrics.clone()));
            }
            Target::File(path) => {
                write(path, &metrics).map_err(|error| {
                    Error::usage(format!("can't write {} for --metrics: {error}", path.display()))
                })?;
                task.spawn(keep_writing(path.clone(), metrics.clone()));
            }
        }
        Ok(Self { metrics, target, _task: task })
    }

    /// What has to hear of events.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Notes how the command ended, for those who read the file.
    pub fn end(self, code: u8) {
        self.metrics.end(code);
        if let Target::File(path) = &self.target {
            let _ = write(path, &self.metrics);
        }
    }
}

async fn keep_writing(path: PathBuf, metrics: Arc<Metrics>) {
    loop {
        tokio::time::sleep(WRITE_EVERY).await;
        let _ = write(&path, &metrics);
    }
}

/// Puts a complete file in the place of the one before, readable for the user that node_exporter runs as.
fn write(path: &Path, metrics: &Metrics) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let permissions = std::fs::Permissions::from_mode(0o644);
    let file = tempfile::Builder::new().prefix(".midflight-").permissions(permissions).tempfile_in(folder)?;
    std::fs::write(file.path(), metrics.text())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

async fn serve(listener: TcpListener, metrics: Arc<Metrics>) {
    let answer = move |request: Request<hyper::body::Incoming>| {
        let (status, kind, body) = match request.uri().path() {
            "/metrics" => (StatusCode::OK, prometheus::TEXT_FORMAT, metrics.text()),
            _ => (StatusCode::NOT_FOUND, "text/plain", "the figures are at /metrics\n".to_owned()),
        };
        std::future::ready(http::answer(status, kind, body))
    };
    http::serve(listener, answer).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_address_or_a_file() {
        assert_eq!("127.0.0.1:9187".parse(), Ok(Target::Http("127.0.0.1:9187".to_owned())));
        assert_eq!("[::1]:9187".parse(), Ok(Target::Http("[::1]:9187".to_owned())));
        assert_eq!(
            "/var/lib/node/midflight.prom".parse(),
            Ok(Target::File("/var/lib/node/midflight.prom".into()))
        );
        for wrong in ["9187", "localhost", "localhost:web", "a/b:1", "metrics.txt"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
