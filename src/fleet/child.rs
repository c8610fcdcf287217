//! The ordinary command at work on one target, as a process of its own.
//!
//! Its URL and schema reach it through the environment. Its standard input is a pipe that nobody writes to: where it ends,
//! the command stops at its next safe point. That is how it is interrupted, and how it learns that the fleet's runner is gone.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::membership::{Membership, VARIABLE};
use super::targets::Target;
use crate::config::SCHEMA_VARIABLE;
use crate::db::Interrupt;
use crate::error::{Error, Kind, Result};

/// The most that is kept of what a command prints.
const KEPT: u64 = 4 << 20;

/// A command line without the program's name.
#[derive(Debug, Clone)]
pub struct Order {
    /// Options that all commands have.
    globals: Vec<String>,
    /// The command and its own.
    command: Vec<String>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said beside.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Order {
    /// A command with its arguments, run with this configuration.
    pub fn new(globals: &[String], command: impl IntoIterator<Item = String>) -> Self {
        Self { globals: globals.to_vec(), command: command.into_iter().collect() }
    }

    /// What it is called in messages.
    pub fn shown(&self) -> String {
        self.command.join(" ")
    }

    /// Runs it on a target. An interrupt makes it stop at its next safe point.
    ///
    /// # Errors
    /// Where it can't be started.
    pub async fn run(
        &self,
        target: &Target,
        membership: &Membership,
        interrupt: &Interrupt,
    ) -> Result<Ended> {
        let started = Instant::now();
        let mut child = self.spawn(target, membership)?;
        let input = child.stdin.take();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let mut interrupt = interrupt.clone();
        let work = async { tokio::join!(text(stdout), text(stderr), child.wait()) };
        tokio::pin!(work);
        let (stdout, stderr, status) = tokio::select! {
            done = &mut work => done,
            () = interrupt.fired() => {
                drop(input);
                work.await
            }
        };
        let status = status.map_err(anyhow::Error::from)?;
        let scrubbed = |text: String| target.url.scrub(&text);
        Ok(Ended {
            code: status.code(),
            stdout: scrubbed(stdout),
            stderr: scrubbed(stderr),
            took: started.elapsed(),
        })
    }

    fn spawn(&self, target: &Target, membership: &Membership) -> Result<Child> {
        let membership = serde_json::to_string(membership).map_err(anyhow::Error::from)?;
        Command::new(program()?)
            .args(&self.globals)
            .args(&self.command)
            .env("DATABASE_URL", target.url.reveal())
            .env(SCHEMA_VARIABLE, &target.schema)
            .env(VARIABLE, membership)
            // what the fleet was told for itself is not for each command
            .env_remove("MIDFLIGHT_RELEASE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C on a terminal reaches the fleet's runner alone, which passes it on once
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Error::new(Kind::Failed, format!("can't start midflight for a target: {error}")))
    }
}

impl Ended {
    /// The one document that a command prints for programs.
    pub fn document(&self) -> Option<Value> {
        serde_json::from_str(&self.stdout).ok()
    }
}

/// This very program.
fn program() -> Result<PathBuf> {
    std::env::current_exe()
        .map_err(|error| Error::new(Kind::Failed, format!("can't find midflight's own program: {error}")))
}

/// What comes out of a pipe, up to a limit; the rest is read and dropped, so that nobody waits for a reader.
async fn text(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let mut kept = Vec::new();
    let _ = (&mut pipe).take(KEPT).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}
