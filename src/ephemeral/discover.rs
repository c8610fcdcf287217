//! Finds the PostgreSQL server programs, in a fixed order; the first directory that has them wins.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

/// Folders distributions use, each with one sub-folder per major version: parent, prefix of the name, rest.
/// `scripts/ensure-postgres` has the same list.
const DISTRIBUTIONS: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),                          // Debian
    ("/usr", "pgsql-", "bin"),                                   // PostgreSQL's own RPMs
    ("/usr/lib", "postgresql", "bin"),                           // SUSE
    ("/opt/homebrew/opt", "postgresql@", "bin"),                 // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql@", "bin"),                    // Homebrew on Intel
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),    // Homebrew on Linux
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
    ("/usr/libexec", "postgresql", ""),                          // Alpine
];

/// A directory with the server programs `postgres` and `initdb`
#[derive(Clone, Debug)]
pub struct Binaries {
    /// The directory, with symbolic links resolved
    pub dir: PathBuf,
    /// Full version as the server states it, such as `15.18 (Debian 15.18-0+deb12u1)`
    pub version: String,
    /// First number of the version
    pub major: u32,
    /// How it was found, for a line that tells the user which server is used
    pub source: &'static str,
}

impl Binaries {
    /// Looks in `$PG_BIN_DIR`, `$PATH`, `pg_config --bindir`, the folders distributions use (newest version
    /// first) and what `scripts/ensure-postgres` downloaded.
    ///
    /// # Errors
    /// When `PG_BIN_DIR` is set and has no server programs (an explicit choice never falls through to another
    /// version), or when they are nowhere. The message lists what was tried and names the cure.
    pub fn find() -> Result<Self> {
        Self::first(None)
    }

    /// The same for one major version: others are passed over.
    ///
    /// # Errors
    /// As [`find`](Self::find), and where there are only other versions.
    pub fn of_major(major: u32) -> Result<Self> {
        Self::first(Some(major))
    }

    /// A client program that belongs to these, such as `pg_dump`.
    pub fn client(&self, program: &str) -> Option<PathBuf> {
        Some(self.dir.join(program)).filter(|path| path.is_file())
    }

    fn first(major: Option<u32>) -> Result<Self> {
        let fits = |found: &Self| major.is_none_or(|major| found.major == major);
        if let Some(dir) = env::var_os("PG_BIN_DIR").filter(|dir| !dir.is_empty()) {
            let dir = PathBuf::from(dir);
            return match probe(&dir, "PG_BIN_DIR") {
                Some(found) if fits(&found) => Ok(found),
                Some(found) => bail!(
                    "PG_BIN_DIR is {}, which has PostgreSQL {}\ncorrect or unset it",
                    dir.display(),
                    found.version
                ),
                None => bail!(
                    "PG_BIN_DIR is {}, where no working `postgres` and `initdb` are\n\
                     correct or unset it; `scripts/ensure-postgres` installs a server",
                    dir.display()
                ),
            };
        }
        let mut tried = Vec::new();
        for (dir, source) in candidates(&mut tried) {
            match probe(&dir, source) {
                Some(found) if fits(&found) => return Ok(found),
                Some(found) => {
                    tried.push(format!("{} (from {source}) has version {}", dir.display(), found.version));
                }
                None => tried.push(format!("{} (from {source}) lacks `postgres` or `initdb`", dir.display())),
            }
        }
        bail!(
            "found no PostgreSQL server programs; tried:\n  {}\n\
             run `scripts/ensure-postgres`, install your system's PostgreSQL server package, \
             or set DATABASE_URL to a running server",
            tried.join("\n  ")
        )
    }
}

/// Directories that exist, in order; what was looked at in vain goes to `tried`
fn candidates(tried: &mut Vec<String>) -> Vec<(PathBuf, &'static str)> {
    let mut found = Vec::new();
    tried.push("PATH".to_owned());
    let path = env::var_os("PATH").unwrap_or_default();
    found.extend(
        env::split_paths(&path).filter(|dir| dir.join("postgres").is_file()).map(|dir| (dir, "PATH")),
    );
    // `pg_config` also belongs to client-only packages, so its answer is only a candidate.
    match Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output() {
        Ok(output) if output.status.success() => {
            found.push((String::from_utf8_lossy(&output.stdout).trim().into(), "pg_config"));
        }
        _ => tried.push("pg_config --bindir".to_owned()),
    }
    let cache = super::cache_dir().map(|dir| dir.join("postgres"));
    let folders =
        DISTRIBUTIONS.iter().map(|&(parent, prefix, rest)| (Path::new(parent), prefix, rest, "system"));
    for (parent, prefix, rest, source) in
        folders.chain(cache.iter().map(|dir| (dir.as_path(), "", "bin", "cache")))
    {
        let versions = by_version(parent, prefix);
        if versions.is_empty() {
            tried.push(parent.join(format!("{prefix}*")).join(rest).display().to_string());
        }
        found.extend(versions.into_iter().map(|dir| (dir.join(rest), source)));
    }
    found
}

/// Sub-folders named by a prefix and a version, newest first
fn by_version(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut versions: Vec<(Vec<u32>, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            version.starts_with(|c: char| c.is_ascii_digit()).then(|| {
                let numbers = version.split(|c: char| !c.is_ascii_digit()).flat_map(str::parse).collect();
                (numbers, entry.path())
            })
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// The server programs in a directory, if they are there and run
fn probe(dir: &Path, source: &'static str) -> Option<Binaries> {
    // Entries of PATH are often links, while the server finds its other files relative to itself.
    let postgres = fs::canonicalize(dir.join("postgres")).ok()?;
    let dir = postgres.parent()?.to_owned();
    if !dir.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(&postgres).arg("--version").stderr(Stdio::null()).output().ok()?;
    let stated = String::from_utf8(output.stdout).ok()?; // `postgres (PostgreSQL) 15.18 (Debian ...)`
    let version = stated.trim().strip_prefix("postgres (PostgreSQL) ")?.to_owned();
    let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some(Binaries { dir, version, major, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_version_comes_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in
            ["pgsql-9.6", "pgsql-10", "pgsql-17.10.0-beta.17", "pgsql-17.9", "pgsql-contrib", "other-18"]
        {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let names: Vec<_> =
            by_version(parent.path(), "pgsql-").iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["pgsql-17.10.0-beta.17", "pgsql-17.9", "pgsql-10", "pgsql-9.6"]);
    }
}
