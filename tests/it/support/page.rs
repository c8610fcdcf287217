//! A page of the documentation: its blocks, links and headings

use std::fs;
use std::path::{Path, PathBuf};

/// One page.
pub struct Page {
    /// From the root of the repository on.
    pub path: String,
    pub blocks: Vec<Block>,
    /// Links to files of the repository, or to headings of this page.
    pub links: Vec<Link>,
    /// What `#…` in a link may name.
    pub anchors: Vec<String>,
}

/// A block between fences, or commands in `<!-- run: … -->`, which prepare a page and are not shown.
pub struct Block {
    pub line: usize,
    pub kind: String,
    pub text: String,
    /// `<!-- not run: why -->` stands right above.
    pub excused: bool,
    /// Nothing stands between it and the block before.
    pub follows: bool,
}

pub struct Link {
    pub line: usize,
    pub target: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every page that people read, in order.
pub fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "migrations-examples/README.md", "tests/corpus/README.md"]
            .map(PathBuf::from)
            .to_vec();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}

impl Page {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap();
        Self::parse(path.to_str().unwrap(), &text)
    }

    pub fn parse(path: &str, text: &str) -> Self {
        let mut page = Self { path: path.to_owned(), blocks: vec![], links: vec![], anchors: vec![] };
        let (mut excused, mut follows) = (false, false);
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let line_number = at + 1;
            let mut body = |end: &str| -> String {
                let body = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != end);
                body.collect::<Vec<_>>().join("\n")
            };
            let block = if let Some(kind) = line.trim().strip_prefix("```") {
                Some((kind.to_owned(), body("```")))
            } else if line == "<!-- run:" {
                Some(("sh".to_owned(), body("-->")))
            } else {
                None
            };
            if let Some((kind, text)) = block {
                page.blocks.push(Block { line: line_number, kind, text, excused, follows });
                (excused, follows) = (false, true);
            } else if line.trim_start().starts_with("<!-- not run: ") {
                (excused, follows) = (true, false);
            } else if !line.trim().is_empty() {
                (excused, follows) = (false, false);
                page.prose(line_number, line);
            }
        }
        page
    }

    fn prose(&mut self, line: usize, text: &str) {
        let heading = text.trim_start_matches('#');
        if heading.len() < text.len() && heading.starts_with(' ') {
            self.anchors.push(slug(heading));
        }
        if let Some((_, rest)) = text.split_once("<a id=\"") {
            self.anchors.extend(rest.split('"').next().map(str::to_owned));
        }
        let (links, sources) = (text.split("](").skip(1), text.split("src=\"").skip(1));
        let targets = links.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        let targets =
            targets.chain(sources.filter_map(|rest| rest.split_once('"')).map(|(target, _)| target));
        let own = |target: &&str| !target.contains("://") && !target.starts_with("mailto:");
        self.links.extend(targets.filter(own).map(|target| Link { line, target: target.to_owned() }));
    }
}

/// A heading's name in links, as GitHub forms it.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

#[test]
fn pages_are_read_as_said() {
    let text = "# One: `two`\n[a](b.md#c) [d](https://e) <img src=\"f.svg\">\n\n<!-- not run: why -->\n```sh\nfalse\n```\n\
                ```text\nout\n```\n<!-- run:\ntrue\n-->\n<!-- not run: nothing below -->\ntext\n```sh\nls\n```\n";
    let page = Page::parse("x.md", text);
    assert_eq!(page.anchors, ["one-two"]);
    assert_eq!(page.links.iter().map(|link| link.target.as_str()).collect::<Vec<_>>(), ["b.md#c", "f.svg"]);
    let read =
        |block: &Block| (block.line, block.kind.clone(), block.text.clone(), block.excused, block.follows);
    let wanted = [
        (5, "sh", "false", true, false),
        (8, "text", "out", false, true),
        (11, "sh", "true", false, true),
        (16, "sh", "ls", false, false),
    ];
    let wanted =
        wanted.map(|(line, kind, text, excused, follows)| (line, kind.into(), text.into(), excused, follows));
    assert_eq!(page.blocks.iter().map(read).collect::<Vec<_>>(), wanted);
}
