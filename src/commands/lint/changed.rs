//! The files that a branch changes, as a pull request means it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::error::{Error, Result};

/// What to do where the history that is needed is not there.
const FETCH: &str = "fetch it with its history, for example `git fetch origin main`; in GitHub Actions, give \
                     `actions/checkout` the input `fetch-depth: 0`";

/// The files that differ from where the branch left `reference`: committed, staged, edited and new ones, under their
/// present names, as absolute paths without links.
///
/// # Errors
/// Exit 2 outside of a repository, for a reference that git doesn't know, and without a common history.
pub fn since(reference: &str) -> Result<BTreeSet<PathBuf>> {
    if reference.is_empty() || reference.starts_with('-') {
        return Err(Error::usage(format!("`{reference}` is not a git reference"))
            .hint("name a branch, a tag or a commit, such as `--since origin/main`"));
    }
    let root = Git::new(Path::new(".")).run(["rev-parse", "--show-toplevel"])?;
    let root = root.map_err(|failure| {
        failure
            .error("`--since` needs a git repository")
            .hint("run it inside of one, or lint without `--since`")
    })?;
    let root = PathBuf::from(OsStr::from_bytes(root.strip_suffix(b"\n").unwrap_or(&root)));
    let git = Git::new(&root);
    let base = base(&git, reference)?;
    let lists: [&[&str]; 2] = [
        &["diff", "--name-only", "-z", "--no-relative", "--no-ext-diff", "--diff-filter=d", &base, "--"],
        &["ls-files", "-z", "--others", "--exclude-standard"],
    ];
    let mut changed = BTreeSet::new();
    for list in lists {
        let names = git.run(list)?.map_err(|failure| failure.error("git can't tell what has changed"))?;
        let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        // what is gone from the disk since git looked is nothing to report on
        changed.extend(names.filter_map(|name| root.join(OsStr::from_bytes(name)).canonicalize().ok()));
    }
    Ok(changed)
}

/// The commit at which the branch left the reference.
fn base(git: &Git<'_>, reference: &str) -> Result<String> {
    let commit = format!("{reference}^{{commit}}");
    let commit = git.run(["rev-parse", "--verify", "--quiet", &commit])?.map_err(|failure| {
        failure.error(&format!("git doesn't know `{reference}`")).hint(format!("check the name, or {FETCH}"))
    })?;
    let base = git.run(["merge-base", text(&commit).as_str(), "HEAD"])?.map_err(|failure| {
        failure
            .error(&format!("`{reference}` and the current branch have no commit in common here"))
            .hint(format!("a shallow clone lacks the history; {FETCH}"))
    })?;
    Ok(text(&base))
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim().to_owned()
}

/// git in a folder. It is called as a program, so that no name is ever read by a shell.
struct Git<'a> {
    folder: &'a Path,
}

/// What git said when it failed.
struct Failure(String);

impl<'a> Git<'a> {
    const fn new(folder: &'a Path) -> Self {
        Self { folder }
    }

    /// Its output, or what it said when it failed.
    fn run<I: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
    ) -> Result<std::result::Result<Vec<u8>, Failure>> {
        let arguments: Vec<OsString> = arguments.into_iter().map(|word| word.as_ref().to_owned()).collect();
        let ran = Command::new("git")
            .arg("--no-optional-locks")
            .arg("-C")
            .arg(self.folder)
            .args(arguments)
            .output();
        let Output { status, stdout, stderr } = ran.map_err(|error| {
            Error::usage(format!("`--since` can't run git: {error}"))
                .hint("install git, or lint without `--since`")
        })?;
        Ok(if status.success() { Ok(stdout) } else { Err(Failure(text(&stderr))) })
    }
}

impl Failure {
    fn error(self, message: &str) -> Error {
        let error = Error::usage(message);
        self.0.lines().take(3).fold(error, |error, line| error.detail(format!("git: {line}")))
    }
}
