//! Requests as a browser sends them, and browsers

use std::path::PathBuf;
use std::process::Output;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// An answer
pub struct Answer {
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}{}", self.head, self.body))
    }
}

/// Sends a request as it is written here; `Host` is the address unless it is among the headers
pub async fn request(address: &str, line: &str, headers: &[&str], body: &str) -> Answer {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut text = format!("{line} HTTP/1.1\r\n");
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        text.push_str(&format!("Host: {address}\r\n"));
    }
    for header in headers {
        text.push_str(&format!("{header}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
    Answer { head: head.to_lowercase(), body: body.to_owned() }
}

/// The page as a headless browser has it after a time of its own in which timers need not wait, and what it complained about. None
/// where there is no browser: the test says so.
pub async fn browse(url: &str, milliseconds: u32) -> Option<Browsed> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found: Option<PathBuf> = std::env::split_paths(&paths)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    let Some(browser) = found else {
        eprintln!("skipped: no Chromium is installed (the package `chromium` of Debian)");
        return None;
    };
    let profile = tempfile::tempdir().unwrap();
    let output = tokio::process::Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--virtual-time-budget={milliseconds}"))
        .arg(url)
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    Some(Browsed::from(output))
}

/// What a browser made of a page
pub struct Browsed {
    pub page: String,
    /// Lines of its console: errors of scripts, and what the policy refused
    pub complaints: Vec<String>,
}

impl From<Output> for Browsed {
    fn from(output: Output) -> Self {
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let complaints = log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
        Self { page: String::from_utf8_lossy(&output.stdout).into_owned(), complaints }
    }
}
