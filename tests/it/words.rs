//! PostgreSQL's words are used where it has them: docs/words.txt lists phrases not to use

use std::collections::HashSet;
use std::fs;

use super::support::page::root;

/// Where people read: the source for its comments and messages, the pages, the examples.
const READ: [&str; 10] = [
    "src/**/*.rs",
    "docs/**/*.md",
    "migrations-examples/**/*.md",
    "migrations-examples/**/*.sql",
    "pipelines-examples/**/*",
    "action/*",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "action.yml",
];

/// How many words `…` may stand for.
const GAP: usize = 6;

struct Phrase {
    /// What stands before and after `…`, or the whole.
    parts: Vec<Vec<String>>,
    written: String,
    instead: String,
}

impl Phrase {
    fn read(line: &str) -> Option<Self> {
        let (written, instead) = line.split_once(" -> ")?;
        let words = |part: &str| part.split_whitespace().map(str::to_owned).collect();
        Some(Self {
            parts: written.split('…').map(words).collect(),
            written: written.to_owned(),
            instead: instead.to_owned(),
        })
    }

    /// Whether it begins at a word of a text.
    fn begins(&self, words: &[Word]) -> bool {
        let mut rest = words;
        for (at, part) in self.parts.iter().enumerate() {
            let gap = if at == 0 { 0 } else { GAP };
            let Some(skipped) = (0..=gap).find(|skip| starts(&rest[(*skip).min(rest.len())..], part)) else {
                return false;
            };
            let passed = &rest[..skipped + part.len()];
            if passed[..passed.len() - 1].iter().any(|word| word.ends) {
                return false; // another sentence
            }
            rest = &rest[passed.len()..];
        }
        true
    }
}

fn starts(words: &[Word], part: &[String]) -> bool {
    words.len() >= part.len()
        && words
            .iter()
            .zip(part)
            .enumerate()
            .all(|(at, (word, wanted))| word.text == *wanted || at == 0 && word.uncapitalized == *wanted)
}

fn uncapitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// A word of a text, without the punctuation around it.
struct Word {
    text: String,
    uncapitalized: String,
    line: usize,
    /// A sentence, or a part of one, ends with it.
    ends: bool,
}

/// The words of a file: comments and messages run over the ends of lines.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let bare = line.trim_start().trim_start_matches(['/', '!', '#', '-', '>']).trim_end_matches('\\');
        if bare.trim().is_empty() {
            words.iter_mut().next_back().into_iter().for_each(|word: &mut Word| word.ends = true);
        }
        for word in bare.split_whitespace() {
            let text = word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            let ends = word.ends_with(['.', ':', ';', ',', '"', '|', ')']);
            words.push(Word { uncapitalized: uncapitalized(&text), text, line: at + 1, ends });
        }
    }
    words
}

fn phrases() -> Vec<Phrase> {
    let list = fs::read_to_string(root().join("docs/words.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Phrase::read(line).unwrap_or_else(|| panic!("docs/words.txt: `{line}`"))).collect()
}

/// `line: phrase -> instead` for each phrase of the list that a text has.
fn found(phrases: &[Phrase], text: &str) -> Vec<String> {
    let words = words(text);
    let mut hits = Vec::new();
    let firsts: HashSet<&str> = phrases.iter().map(|phrase| phrase.parts[0][0].as_str()).collect();
    for (at, word) in words.iter().enumerate() {
        if !firsts.contains(word.uncapitalized.as_str()) {
            continue;
        }
        let here = phrases.iter().filter(|phrase| phrase.begins(&words[at..]));
        hits.extend(here.map(|phrase| format!("{}: {} -> {}", word.line, phrase.written, phrase.instead)));
    }
    hits
}

#[test]
fn words_are_postgresqls() {
    let phrases = phrases();
    let mut wrong = Vec::new();
    for pattern in READ {
        let mut files = 0;
        for path in glob::glob(root().join(pattern).to_str().unwrap()).unwrap() {
            let path = path.unwrap();
            if path.is_file() {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                wrong.extend(found(&phrases, &text).into_iter().map(|hit| format!("{name}:{hit}")));
                files += 1;
            }
        }
        assert!(files > 0, "nothing at {pattern}");
    }
    assert!(wrong.is_empty(), "docs/words.txt has other words for:\n{}", wrong.join("\n"));
}

#[test]
fn phrases_are_found_over_lines_and_not_over_sentences() {
    let phrases = phrases();
    let hits = |text: &str| found(&phrases, text).len();
    assert_eq!(hits("/// PostgreSQL writes every row of\n/// the table again here"), 1);
    assert_eq!(hits("\"it writes {table} \\\n     again\""), 1);
    assert_eq!(hits("Writes all rows again"), 1);
    assert_eq!(hits("it writes rows. Again it waits; it writes rows, again and again"), 0);
    assert_eq!(hits("ENABLE ROW LEVEL SECURITY and row_security"), 0);
    assert_eq!(hits("**Row security** of t"), 1);
    assert_eq!(hits("reads what hangs on\n\na column"), 1);
    assert_eq!(hits("what it hangs\n\non a column"), 0);
}
