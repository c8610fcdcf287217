//! The built program, run as a pipeline runs it

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

/// How a run of the program ended
pub struct Run {
    /// The arguments, for messages
    pub command: String,
    /// The exit code; -1 for a signal
    pub code: i32,
    /// Standard output
    pub stdout: String,
    /// Standard error
    pub stderr: String,
}

/// Runs `midflight` on a database and a migration file or folder. Nothing else of the environment reaches it.
pub async fn midflight(url: &str, migrations: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midflight"));
    command.args(args).arg("--migrations").arg(migrations).env("DATABASE_URL", url).env_remove("MIDFLIGHT_RELEASE");
    // No `midflight.yaml` here.
    command.current_dir(std::env::temp_dir()).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run {
        command: args.join(" "),
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

impl Run {
    /// Fails, with all that was printed, unless the exit code is one of these
    #[track_caller]
    pub fn exits(self, codes: &[i32]) -> Self {
        assert!(
            codes.contains(&self.code),
            "`midflight {}` exited {} instead of {codes:?}\n{}{}",
            self.command,
            self.code,
            self.stdout,
            self.stderr
        );
        self
    }
}
