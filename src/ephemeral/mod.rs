//! Throwaway PostgreSQL servers: started in a temporary directory in about half a second, gone when we are.
//!
//! - `discover` finds the server programs on this machine ([`Binaries::find`]).
//! - `template` runs `initdb` once per server version and copies the result from then on.
//! - `cluster` starts a server of our own ([`Cluster::start`]). A watchdog shell ends it and removes its
//!   directory when our process ends, `kill -9` included.
//! - `shared` gives all processes of one test run the same server ([`shared()`]).
//! - `account` picks whom the server runs as, because PostgreSQL refuses to run as root.
//!
//! Everything here blocks; from async code call it through `tokio::task::spawn_blocking`. The servers trust
//! every connection that reaches them and by default do not survive a power cut: nothing of value belongs in them.

mod account;
mod cluster;
mod discover;
mod shared;
mod template;

use std::{
    env,
    fmt::Write,
    fs,
    os::unix::{ffi::OsStrExt, fs::MetadataExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

pub use cluster::{Cluster, ClusterOptions};
pub use discover::Binaries;
pub use shared::{SharedServer, shared};

/// Where downloads and templates are kept: `/var/cache/midflight` for root, because the server's account has to
/// be able to read it, else `$XDG_CACHE_HOME/midflight` or `~/.cache/midflight`. `scripts/ensure-postgres` uses
/// the same place.
fn cache_dir() -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some("/var/cache/midflight".into());
    }
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(base.join("midflight"))
}

/// Whether only we can change what is in this directory
fn is_ours_alone(dir: &Path) -> bool {
    fs::symlink_metadata(dir).is_ok_and(|meta| {
        meta.is_dir() && meta.uid() == rustix::process::geteuid().as_raw() && meta.mode() & 0o022 == 0
    })
}

/// A short file name that differs when any of the parts does
fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// URL of a database of a server that listens in a socket directory.
/// It names port and TLS mode so that `PGPORT` and `PGSSLMODE` of the caller's environment do not apply.
fn socket_url(dir: &Path, port: u16, database: &str) -> String {
    socket_url_as("postgres", dir, port, database)
}

fn socket_url_as(role: &str, dir: &Path, port: u16, database: &str) -> String {
    let role = percent_encode(role.as_bytes());
    let dir = percent_encode(dir.as_os_str().as_bytes());
    let database = percent_encode(database.as_bytes());
    format!("postgresql://{role}@localhost:{port}/{database}?host={dir}&sslmode=disable")
}

/// The same URL with another database; everything else, the query included, stays as it is
fn with_database(url: &str, database: &str) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find('/').map_or(address.len(), |at| host + at);
    // A `dbname` parameter would win over the path.
    let query: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("dbname=")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let database = percent_encode(database.as_bytes());
    format!("{}/{database}{mark}{}", &address[..path], query.join("&"))
}

fn percent_encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, &byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_keeps_the_rest_of_the_url() {
        for (url, want) in [
            ("postgres://u:p%2F@h:5433/old", "postgres://u:p%2F@h:5433/new"),
            ("postgres://h", "postgres://h/new"),
            ("postgres://h?sslmode=require", "postgres://h/new?sslmode=require"),
            ("postgres://h/old?dbname=other&sslmode=require", "postgres://h/new?sslmode=require"),
            ("postgresql:///old?host=/run/pg&user=me", "postgresql:///new?host=/run/pg&user=me"),
            ("postgres://[::1]:5432/old", "postgres://[::1]:5432/new"),
        ] {
            assert_eq!(with_database(url, "new"), want);
        }
        assert_eq!(with_database("postgres://h/x", "a b/c?"), "postgres://h/a%20b%2Fc%3F");
    }

    #[test]
    fn socket_url_encodes_the_directory() {
        let url = socket_url(Path::new("/tmp/50%25 é"), 5432, "db");
        assert_eq!(
            url,
            "postgresql://postgres@localhost:5432/db?host=%2Ftmp%2F50%2525%20%C3%A9&sslmode=disable"
        );
    }
}
