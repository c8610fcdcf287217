//! The program's commands inside the test's own process, for tests that run thousands of them

use std::ffi::OsString;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use midflight::cli::usage;
use midflight::commands::{self, context::Context};
use midflight::config::Settings;
use midflight::db::Interrupt;
use midflight::migration::source::Source;
use midflight::migration::{parse, to_yaml};
use midflight::output::{Color, Format, Printer};
use tempfile::TempDir;
use tokio::process::Command;

use super::database::TestDb;

/// A project and its database
pub struct Inside {
    folder: TempDir,
    url: String,
}

/// How a command ended
#[derive(Debug, Clone)]
pub struct Ended {
    /// The exit code
    pub code: i32,
    /// What a person reads when it is not 0: message, facts, what to do about it
    pub words: String,
}

impl Inside {
    /// A project without migrations
    pub fn new(db: &TestDb) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: db.url() }
    }

    /// Writes a migration
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Removes a migration
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join(name)).unwrap();
    }

    /// Runs a command as a program of its own, and ends it by SIGKILL after a while. Says whether it was still at work.
    pub async fn kill_after(&self, arguments: &[&str], time: Duration) -> bool {
        let mut child = Command::new(env!("CARGO_BIN_EXE_midflight"))
            .args(["--quiet", "--migrations"])
            .arg(self.folder.path())
            .args(arguments)
            .env("DATABASE_URL", &self.url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let killed = tokio::time::timeout(time, child.wait()).await.is_err();
        if killed {
            child.kill().await.unwrap();
        }
        killed
    }

    /// Runs a command as `main` does
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let folder = self.folder.path().to_str().unwrap();
        let words = ["midflight", "--quiet", "--migrations", folder, "--database-url", &self.url];
        let words: Vec<OsString> = words.iter().chain(arguments).map(OsString::from).collect();
        let Ok(cli) = usage::read(&words) else { panic!("not a command: {arguments:?}") };
        let mut settings = Settings::load(cli.config.as_deref()).unwrap();
        settings.database_url.clone_from(&cli.database_url);
        settings.migrations = folder.to_owned();
        let printer = Printer::new(Format::Human, Color::Never, true, false);
        let context = Context { settings, printer, interrupt: Interrupt::never() };
        match commands::run(cli, &context).await {
            Ok(()) => Ended { code: 0, words: String::new() },
            Err(error) => {
                let mut words = vec![error.message];
                words.extend(error.details);
                words.extend(error.hint);
                Ended { code: i32::from(error.kind.exit_code()), words: words.join("\n  ") }
            }
        }
    }
}

/// SQL as entries of `operations:` in a YAML file; why where YAML has no form for it
pub fn entries(sql: &str) -> Result<String, String> {
    let read = parse(Source::new("0001.sql", format!("{sql};\n"))).and_then(|read| to_yaml(&read));
    let text = read.map_err(|error| error.message)?;
    let entries = text.strip_prefix("operations:\n").unwrap_or_default();
    // two spaces, as people write lists
    Ok(entries.lines().map(|line| format!("  {line}\n")).collect())
}
