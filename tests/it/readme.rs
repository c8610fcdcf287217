//! The session of README.md, run as a reader would paste it, in an empty folder
//!
//! Every block marked `sh` runs, in order, in one folder; `<!-- not run: why -->` above a block excuses it. A block marked
//! `text` right below is what the commands print: times and sizes may differ, and a line `…` stands for any lines.
//! Blocks that begin with `psql` need no psql: without it, their SQL runs and their output is not looked at.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::database::TestDb;

struct Block {
    line: usize,
    commands: String,
    prints: Option<String>,
}

/// The blocks to run.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut excused = false;
    let mut below = false; // nothing but empty lines since the last block of commands
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            match kind {
                "sh" if !excused => {
                    found.push(Block { line: at + 1, commands: body.join("\n"), prints: None });
                    below = true;
                }
                "text" if below => {
                    found.last_mut().unwrap().prints = Some(body.join("\n"));
                    below = false;
                }
                _ => below = false,
            }
            excused = false;
        } else if line.starts_with("<!-- not run: ") {
            excused = true;
        } else if !line.trim().is_empty() {
            (excused, below) = (false, false);
        }
    }
    found
}

/// One line without what differs from run to run: times, sizes, dates, the layout of tables.
fn normal(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| "();,".contains(c)).to_owned();
    let is_number = |word: &str| bare(word).parse::<f64>().is_ok();
    let is_unit = |word: &str| matches!(bare(word).as_str(), "ms" | "s" | "min" | "KiB" | "MiB");
    let is_time = |word: &str| {
        bare(word).len() > 7 && bare(word).chars().all(|c| c.is_ascii_digit() || "-:".contains(c))
    };
    let mut kept: Vec<&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before_unit = is_number(word) && words.get(at + 1).is_some_and(|next| is_unit(next));
        let after_number = at > 0 && is_unit(word) && is_number(words[at - 1]);
        if !(before_unit || after_number || is_time(word)) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Whether what was printed is what the page shows.
fn same(shown: &str, printed: &str) -> bool {
    let lines = |text: &str| text.lines().map(normal).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let (shown, printed) = (lines(shown), lines(printed));
    let mut parts = shown.split(|line| line == "…").peekable();
    let mut rest = printed.as_slice();
    let mut first = true;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let at = if first {
            if rest.starts_with(part) { Some(0) } else { None }
        } else if last {
            rest.len().checked_sub(part.len()).filter(|at| rest[*at..] == *part)
        } else {
            (0..=rest.len().saturating_sub(part.len())).find(|at| rest[*at..].starts_with(part))
        };
        let Some(at) = at else { return false };
        rest = &rest[at + part.len()..];
        first = false;
    }
    rest.is_empty()
}

fn path_with(first: &Path) -> String {
    format!("{}:{}", first.display(), std::env::var("PATH").unwrap_or_default())
}

fn has_psql() -> bool {
    Command::new("psql").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[tokio::test]
async fn the_session_works_when_pasted() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (db, folder) = (TestDb::create().await, tempfile::tempdir().unwrap());
    let programs = PathBuf::from(env!("CARGO_BIN_EXE_midflight")).parent().unwrap().to_owned();
    let blocks = blocks(&text);
    assert!(blocks.len() >= 8, "only {} blocks found", blocks.len());
    for block in blocks {
        let heredoc = block.commands.starts_with("psql").then(|| block.commands.split_once("<<'SQL'\n"));
        if let (Some(Some((_, sql))), false) = (heredoc, has_psql()) {
            db.exec(sql.strip_suffix("\nSQL").unwrap()).await;
            continue;
        }
        let output = Command::new("sh")
            .args(["-c", &format!("set -eu\nexec 2>&1\n{}", block.commands)])
            .current_dir(folder.path())
            .env("PATH", path_with(&programs))
            .env("DATABASE_URL", db.url())
            .env_remove("MIDFLIGHT_RELEASE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "README.md:{}: {}\n{printed}", block.line, block.commands);
        if let Some(shown) = &block.prints {
            assert!(same(shown, &printed), "README.md:{}: {}\nprints\n{printed}", block.line, block.commands);
        }
    }
}

#[test]
fn pages_are_compared_as_said() {
    assert!(same("a (5 ms)\n…\nz", "a (1.2 s)\nb\nc\nz\n"));
    assert!(!same("a\n…\nz", "b\nz"));
    assert!(!same("a", "a\nb"));
    assert!(same("about 3 rows, 14.5 MiB, in", "about 3 rows,  9 KiB, in"));
    assert!(!same("about 3 rows", "about 4 rows"));
    assert!(same("1 (seen 2026-11-20 22:55:01)", "1 (seen 2027-01-02 03:04:05)"));
}
