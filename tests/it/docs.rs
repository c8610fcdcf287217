//! Every page is tried: commands run as pasted, files are read, links lead somewhere
//!
//! The blocks of a page marked `sh` run in order, in one shell, in an empty folder with an empty database. A block marked
//! `text` right below is what they print: times and sizes may differ, a line `…` stands for any lines, and `…` within a
//! line for any words. What a page needs beforehand and doesn't show stands in `<!-- run: … -->`.
//! `<!-- not run: why -->` above a block excuses it. Blocks marked `yaml` and `sql` are read by midflight, as
//! configuration or as a migration.

use std::io::Seek;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::support::database::TestDb;
use super::support::page::{Block, Page, pages, root};

/// Between the outputs of two blocks.
const MARK: &str = "==== block";

/// One line without what differs from run to run: times, sizes, dates, the layout of tables.
fn normal(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| "();,".contains(c)).to_owned();
    let is_number = |word: &str| bare(word).parse::<f64>().is_ok();
    let is_unit = |word: &str| matches!(bare(word).as_str(), "ms" | "s" | "min" | "KiB" | "MiB");
    let is_time = |word: &str| {
        bare(word).len() > 7 && bare(word).chars().all(|c| c.is_ascii_digit() || "-:".contains(c))
    };
    let is_rule = |word: &str| word.chars().all(|c| "-+".contains(c));
    let mut kept: Vec<&str> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before_unit = is_number(word) && words.get(at + 1).is_some_and(|next| is_unit(next));
        let after_number = at > 0 && is_unit(word) && is_number(words[at - 1]);
        if !(before_unit || after_number || is_time(word) || is_rule(word)) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Whether a line is what the page shows of it; `…` within it stands for any words.
fn alike(shown: &str, line: &str) -> bool {
    match shown.split_once('…') {
        Some((before, after)) => {
            let (before, after) = (before.trim(), after.trim());
            line.len() >= before.len() + after.len() && line.starts_with(before) && line.ends_with(after)
        }
        None => shown == line,
    }
}

/// Whether what was printed is what the page shows.
fn same(shown: &str, printed: &str) -> bool {
    let lines = |text: &str| text.lines().map(normal).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let (shown, printed) = (lines(shown), lines(printed));
    let begins = |lines: &[String], part: &[String]| {
        lines.len() >= part.len() && part.iter().zip(lines).all(|(shown, line)| alike(shown, line))
    };
    let mut parts = shown.split(|line| line == "…").peekable();
    let mut rest = printed.as_slice();
    let mut first = true;
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let at = if first {
            if begins(rest, part) { Some(0) } else { None }
        } else if last {
            rest.len().checked_sub(part.len()).filter(|at| begins(&rest[*at..], part))
        } else {
            (0..=rest.len().saturating_sub(part.len())).find(|at| begins(&rest[*at..], part))
        };
        let Some(at) = at else { return false };
        rest = &rest[at + part.len()..];
        first = false;
    }
    rest.is_empty()
}

fn found(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Runs a page's commands in one shell and compares what they print.
async fn run(page: &Page) {
    let commands = |block: &&Block| block.kind == "sh" && !block.excused;
    let blocks: Vec<&Block> = page.blocks.iter().filter(commands).collect();
    if blocks.is_empty() {
        return;
    }
    if !found("psql") && blocks.iter().any(|block| block.text.contains("psql")) {
        println!("{}: not run, psql is missing", page.path);
        return;
    }
    let (db, folder) = (TestDb::create().await, tempfile::tempdir().unwrap());
    let mut script = "set -eu\n".to_owned();
    for block in &blocks {
        script.push_str(&format!("printf '\\n{MARK}\\n'\n{}\n", block.text));
    }
    let programs = PathBuf::from(env!("CARGO_BIN_EXE_midflight")).parent().unwrap().to_owned();
    let mut printed = tempfile::tempfile().unwrap();
    let mut shell = tokio::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default()))
        .env("DATABASE_URL", db.url())
        .env_remove("MIDFLIGHT_RELEASE")
        .stdin(Stdio::null())
        .stdout(printed.try_clone().unwrap())
        .stderr(printed.try_clone().unwrap())
        .process_group(0)
        .spawn()
        .unwrap();
    let group = rustix::process::Pid::from_raw(shell.id().unwrap() as i32).unwrap();
    let status = shell.wait().await.unwrap();
    // what the page left running in the background
    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    let printed = {
        printed.rewind().unwrap();
        std::io::read_to_string(printed).unwrap()
    };
    let parts: Vec<&str> = printed.split(&format!("{MARK}\n")).skip(1).collect();
    let place = |block: &Block| format!("{}:{}: {}", page.path, block.line, block.text);
    if !status.success() {
        let last = parts.len().saturating_sub(1);
        panic!("{}\nfails:\n{}", place(blocks[last]), parts.last().unwrap_or(&""));
    }
    for (block, printed) in blocks.iter().zip(parts) {
        let below = page.blocks.iter().skip_while(|other| other.line != block.line).nth(1);
        let shown = below.filter(|below| below.follows && below.kind == "text");
        if let Some(shown) = shown {
            assert!(same(&shown.text, printed), "{}\nprints\n{printed}", place(block));
        }
    }
}

#[tokio::test]
async fn commands_work_when_pasted() {
    let pages = pages();
    let readme = pages.iter().find(|page| page.path == "README.md").unwrap();
    assert!(readme.blocks.iter().filter(|block| block.kind == "sh" && !block.excused).count() >= 4);
    for two in pages.chunks(2) {
        // two at a time: they mostly wait for the server
        futures_util::future::join_all(two.iter().map(run)).await;
    }
}

/// Whether a page is written by a test of its own, which knows what its examples are for.
fn is_generated(page: &Page) -> bool {
    page.path.starts_with("docs/rules/")
}

#[test]
fn migrations_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for page in pages().iter().filter(|page| !is_generated(page)) {
        for block in page.blocks.iter().filter(|block| !block.excused) {
            let ending = match block.kind.as_str() {
                "sql" => "sql",
                "yaml" if is_migration(&block.text) => "yaml",
                _ => continue,
            };
            let name = format!("{}:{}.{ending}", page.path.replace('/', "_"), block.line);
            std::fs::write(folder.path().join(name), &block.text).unwrap();
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_midflight"))
        .args(["lint", "--format", "json", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["summary"]["files"].as_u64().unwrap() > 5, "{report:#}");
    let wrong = ["unparsable", "unknown-rule-in-allow"];
    let findings = report["findings"].as_array().unwrap();
    let unread: Vec<_> =
        findings.iter().filter(|finding| wrong.contains(&finding["rule"].as_str().unwrap())).collect();
    assert!(unread.is_empty(), "{unread:#?}");
}

fn is_migration(yaml: &str) -> bool {
    yaml.lines().any(|line| line.starts_with("operations:"))
}

/// Those are read beside the code that reads them.
fn is_fleet(yaml: &str) -> bool {
    yaml.lines().any(|line| line.starts_with("fleet:"))
}

#[test]
fn configurations_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("midflight.yaml");
    for page in &pages() {
        let is_configuration = |block: &&Block| {
            block.kind == "yaml" && !block.excused && !is_migration(&block.text) && !is_fleet(&block.text)
        };
        for block in page.blocks.iter().filter(is_configuration) {
            std::fs::write(&path, &block.text).unwrap();
            let names = block.text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
            let output = Command::new(env!("CARGO_BIN_EXE_midflight"))
                .arg("rules")
                .current_dir(folder.path())
                .envs(names.map(|(name, _)| (name, "value")))
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}:{}: {error}", page.path, block.line);
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let pages = pages();
    let mut broken = Vec::new();
    for page in &pages {
        let folder = PathBuf::from(&page.path).parent().unwrap().to_owned();
        for link in &page.links {
            let (file, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
            let path =
                if file.is_empty() { PathBuf::from(&page.path) } else { normalized(&folder.join(file)) };
            let there = root().join(&path).exists();
            let target = pages.iter().find(|other| path.as_os_str() == other.path.as_str());
            let anchored = anchor.is_empty()
                || target.is_some_and(|target| target.anchors.iter().any(|known| known == anchor));
            if !there || !anchored {
                broken.push(format!("{}:{}: {}", page.path, link.line, link.target));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_page_is_in_the_index() {
    let pages = pages();
    let index = pages.iter().find(|page| page.path == "docs/README.md").unwrap();
    let listed: Vec<PathBuf> =
        index.links.iter().map(|link| normalized(&PathBuf::from("docs").join(&link.target))).collect();
    for page in &pages {
        // pages of a folder are listed by its own README
        let of_a_folder = page.path.matches('/').count() > 1 && !page.path.ends_with("/README.md");
        let known = listed.iter().any(|path| path.as_os_str() == page.path.as_str());
        assert!(
            known || of_a_folder || !page.path.starts_with("docs/") || page.path == index.path,
            "docs/README.md doesn't name {}",
            page.path
        );
    }
}

/// What docs/troubleshooting.md calls a message of midflight's is one.
#[test]
fn messages_are_those_of_the_program() {
    let page = std::fs::read_to_string(root().join("docs/troubleshooting.md")).unwrap();
    let (ours, _) = page.split_once("## In your application").unwrap();
    let files = glob::glob(root().join("src/**/*.rs").to_str().unwrap()).unwrap();
    let sources: Vec<String> = files.map(|path| std::fs::read_to_string(path.unwrap()).unwrap()).collect();
    let messages: Vec<&str> = ours.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert!(messages.len() > 20);
    for message in messages {
        let parts: Vec<&str> =
            message.trim_matches('`').split('…').map(str::trim).filter(|part| !part.is_empty()).collect();
        let said = sources.iter().any(|source| parts.iter().all(|part| source.contains(part)));
        assert!(said, "nothing in src says {message}");
    }
}

/// A picture that can't be seen is told in words.
#[test]
fn pictures_have_a_text() {
    let files = glob::glob(root().join("docs/images/*.svg").to_str().unwrap()).unwrap();
    let pictures: Vec<String> = files.map(|path| std::fs::read_to_string(path.unwrap()).unwrap()).collect();
    assert!(!pictures.is_empty());
    assert!(pictures.iter().all(|svg| svg.contains("<title") && svg.contains("<desc")));
    for page in pages() {
        let text = std::fs::read_to_string(root().join(&page.path)).unwrap();
        for image in text.split("<img ").skip(1) {
            let (image, _) = image.split_once('>').unwrap();
            assert!(image.contains("alt=\"") && !image.contains("alt=\"\""), "{}: {image}", page.path);
        }
    }
}

/// A path without `..`.
fn normalized(path: &std::path::Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[test]
fn outputs_are_compared_as_said() {
    assert!(same("a (5 ms)\n…\nz", "a (1.2 s)\nb\nc\nz\n"));
    assert!(!same("a\n…\nz", "b\nz"));
    assert!(!same("a", "a\nb"));
    assert!(same("about 3 rows, 14.5 MiB, in", "about 3 rows,  9 KiB, in"));
    assert!(!same("about 3 rows", "about 4 rows"));
    assert!(same("a … z\nb", "a b c z\nb"));
    assert!(!same("a … z", "a b c"));
    assert!(same("1 (seen 2026-11-20 22:55:01)", "1 (seen 2027-01-02 03:04:05)"));
}
