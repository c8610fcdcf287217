//! The program under test, as a pipeline calls it

use std::path::Path;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;

use super::database::TestDb;

/// The code of what was ended by a signal
const KILLED: i32 = -1;

/// A project: its migrations, its `midflight.yaml`, and the database they are for.
pub struct Program {
    folder: TempDir,
    url: String,
}

/// What a run printed and how it ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Program {
    /// Writes the files; names with an extension say what they are.
    pub fn new(db: &TestDb, files: &[(&str, &str)]) -> Self {
        Self::without_database(files).with_url(&db.url())
    }

    /// A project whose commands need no database.
    pub fn without_database(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("migrations")).unwrap();
        let program = Self { folder, url: String::new() };
        // Any test with a schema for each release, where that changes nothing that it looks at.
        if std::env::var_os("MIDFLIGHT_TEST_VERSION_SCHEMAS").is_some() {
            program.write("midflight.yaml", "version_schemas: true");
        }
        for (name, text) in files {
            program.write(name, text);
        }
        program
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The same project with another database URL.
    pub fn with_url(self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self }
    }

    /// Writes a migration, or the configuration.
    pub fn write(&self, name: &str, text: &str) {
        let folder = if name == "midflight.yaml" {
            self.folder.path().to_owned()
        } else {
            self.folder.path().join("migrations")
        };
        std::fs::write(folder.join(name), text).unwrap();
    }

    /// Removes a migration, if it is there.
    pub fn remove(&self, name: &str) {
        let _ = std::fs::remove_file(self.folder.path().join("migrations").join(name));
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        let output = tokio::process::Command::from(self.command(arguments)).output().await.unwrap();
        Ran::from(output)
    }

    /// The same, which has to succeed.
    pub async fn ok(&self, arguments: &[&str]) -> Ran {
        self.exits(arguments, &[0]).await
    }

    /// The same, which has to end with one of these codes.
    pub async fn exits(&self, arguments: &[&str], codes: &[i32]) -> Ran {
        let ran = self.run(arguments).await;
        let command = arguments.join(" ");
        assert!(
            codes.contains(&ran.code),
            "`midflight {command}` exited {}, not {codes:?}:\n{}{}",
            ran.code,
            ran.stdout,
            ran.stderr
        );
        ran
    }

    /// Runs a command that reads these bytes on its standard input.
    pub async fn reads(&self, bytes: &[u8], arguments: &[&str]) -> Ran {
        let mut command = tokio::process::Command::from(self.command(arguments));
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // who refuses to read on closes the pipe
        let _ = input.write_all(bytes).await;
        drop(input);
        Ran::from(child.wait_with_output().await.unwrap())
    }

    /// Starts a command and lets it run.
    pub fn start(&self, arguments: &[&str]) -> Child {
        tokio::process::Command::from(self.command(arguments)).kill_on_drop(true).spawn().unwrap()
    }

    /// Starts a command whose end is waited for.
    pub fn begin(&self, arguments: &[&str]) -> Running {
        Running { child: self.start(arguments) }
    }

    /// Starts a command and ends it by SIGKILL after a while, unless it ends by itself before. Says whether it was killed.
    pub async fn kill_after(&self, arguments: &[&str], time: std::time::Duration) -> bool {
        let kill = |pid| {
            // It may have ended since.
            let _ = kill_process(pid, Signal::KILL);
        };
        self.at(arguments, tokio::time::sleep(time), kill).await.is_some_and(|ran| ran.code == KILLED)
    }

    /// Starts a command, does something to it at a moment, and waits for its end. None where it ended before that, which
    /// has to be a success.
    pub async fn at(
        &self,
        arguments: &[&str],
        moment: impl Future<Output = ()>,
        fault: impl FnOnce(Pid),
    ) -> Option<Ran> {
        let child = self.start(arguments);
        let pid = Pid::from_raw(child.id().unwrap() as i32).unwrap();
        let ended = child.wait_with_output();
        tokio::pin!(ended);
        tokio::select! {
            output = &mut ended => {
                let ran = Ran::from(output.unwrap());
                assert_eq!(ran.code, 0, "midflight {} failed by itself: {}", arguments.join(" "), ran.stderr);
                None
            }
            () = moment => {
                fault(pid);
                Some(Ran::from(ended.await.unwrap()))
            }
        }
    }

    /// A command, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midflight"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("DATABASE_URL", &self.url)
            .env_remove("MIDFLIGHT_RELEASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// A command at work.
pub struct Running {
    child: Child,
}

impl Running {
    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap() as i32).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end, which has to have this code.
    pub async fn ends(self, code: i32) -> Ran {
        let ran = Ran::from(self.child.wait_with_output().await.unwrap());
        assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
        ran
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap_or(KILLED),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Whether the server's programs come with `pg_dump`, which `rehearse` needs: some packages hold the server alone
pub fn can_dump() -> bool {
    midflight::ephemeral::Binaries::find().is_ok_and(|found| found.client("pg_dump").is_some())
}
