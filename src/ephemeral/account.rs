//! Whom the server runs as. PostgreSQL refuses root, so root needs a stand-in.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// The account server programs run under and server files belong to
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub uid: u32,
    gid: u32,
    stand_in: bool,
}

impl Account {
    /// Our own account or, for root, the first of `postgres` and `nobody` that exists.
    /// `initdb` looks its user up, so a bare number would not do.
    pub fn for_server() -> Result<Self> {
        let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
        if !uid.is_root() {
            return Ok(Self { uid: uid.as_raw(), gid: gid.as_raw(), stand_in: false });
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        for name in ["postgres", "nobody"] {
            if let Some((uid, gid)) =
                in_passwd(&passwd, name).or_else(|| from_id(name)).filter(|ids| ids.0 != 0)
            {
                return Ok(Self { uid, gid, stand_in: true });
            }
        }
        bail!(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as\n\
             run as another user, or set DATABASE_URL to a server that is running already"
        )
    }

    /// Whether we are root and the server is not
    pub fn is_stand_in(&self) -> bool {
        self.stand_in
    }

    /// Gives a file we made to the account
    pub fn own(&self, path: &Path) -> Result<()> {
        if !self.stand_in {
            return Ok(());
        }
        // Fails in a user namespace that knows no user but root.
        chown(path, Some(self.uid), Some(self.gid)).with_context(|| {
            format!(
                "cannot give {} to user id {}, as whom root starts the server; \
                 run as an ordinary user, or set DATABASE_URL to a server that is running already",
                path.display(),
                self.uid
            )
        })
    }

    /// A command that runs as the account, with a fixed locale and time zone and nothing else of our environment
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.stand_in {
            command.uid(self.uid).gid(self.gid); // this drops supplementary groups as well
        }
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        // The account may not be allowed into our working directory.
        command.env("LC_ALL", "C").env("TZ", "UTC").current_dir("/").stdin(Stdio::null());
        command
    }

    /// Starts such a command
    pub fn spawn(&self, command: &mut Command) -> Result<Child> {
        let program = Path::new(command.get_program()).display().to_string();
        command.spawn().with_context(|| match self.stand_in {
            true => format!("cannot start {program} as user id {}, who has to be able to read it", self.uid),
            false => format!("cannot start {program}"),
        })
    }

    /// Runs such a command to its end; what it wrote to stderr becomes the error when it fails
    pub fn run(&self, command: &mut Command) -> Result<()> {
        let child = self.spawn(command.stdout(Stdio::null()).stderr(Stdio::piped()))?;
        let output = child.wait_with_output().context("cannot wait for a child process")?;
        if !output.status.success() {
            let program = Path::new(command.get_program()).display();
            bail!("{program} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}

/// User and group id from a line like `postgres:x:101:104:...`
fn in_passwd(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let mut fields = line.split(':').skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// The same from a directory service, as on macOS
fn from_id(name: &str) -> Option<(u32, u32)> {
    let id = |flag| {
        let output = Command::new("id").args([flag, name]).stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    Some((id("-u")?, id("-g")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwd_lines() {
        let passwd =
            "postgresql:x:1:2::/:/x\npostgres:x:101:104:PostgreSQL,,,:/var/lib:/bin/sh\nnobody:*:-2:-2\n";
        assert_eq!(in_passwd(passwd, "postgres"), Some((101, 104)));
        assert_eq!(in_passwd(passwd, "nobody"), None); // macOS counts downwards; `id` prints 4294967294
        assert_eq!(in_passwd(passwd, "absent"), None);
    }
}
