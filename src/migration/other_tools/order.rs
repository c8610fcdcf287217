//! Names for converted files that keep the order of the other tool's.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use super::Tool;
use crate::error::{Error, Result};

/// The files of a tool in its order, each with the name that it gets: its own, wherever midflight orders those the same
/// way, else with its number filled up with zeros, else with a number before it.
///
/// # Errors
/// Exit 2 for two files of one name.
pub fn names(mut paths: Vec<PathBuf>, tool: Tool) -> Result<Vec<(PathBuf, String)>> {
    match tool {
        Tool::Pgroll => paths.sort(),
        Tool::Reshape => paths.sort_by(|one, other| by_number(&stem(one), &stem(other))),
    }
    let stems: Vec<String> = paths.iter().map(|path| stem(path)).collect();
    if let Some(twice) = stems.iter().enumerate().find(|(at, stem)| stems[..*at].contains(stem)) {
        return Err(Error::usage(format!("there are two files with the name `{}`", twice.1))
            .hint("rename one of them: the name is the migration's id"));
    }
    let width = stems.iter().map(|stem| number(stem).len()).max().unwrap_or_default();
    let filled = |stem: &String| match number(stem) {
        "" => stem.clone(),
        digits => format!("{digits:0>width$}{}", &stem[digits.len()..]),
    };
    let filled: Vec<String> = stems.iter().map(filled).collect();
    let counted = || stems.iter().enumerate().map(|(at, stem)| format!("{:04}_{stem}", at + 1)).collect();
    let chosen: Vec<String> =
        [&stems, &filled].into_iter().find(|names| in_order(names)).cloned().unwrap_or_else(counted);
    let names = chosen.into_iter().map(|name| format!("{name}.yaml"));
    Ok(paths.into_iter().zip(names).collect())
}

fn in_order(stems: &[String]) -> bool {
    let files: Vec<String> = stems.iter().map(|stem| format!("{stem}.yaml")).collect();
    files.is_sorted_by(|one, other| one < other)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The digits at the start.
fn number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// Numbers by their size, everything else by its characters: `2_a` before `10_a`.
fn by_number(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (left, right) = (number(one), number(other));
        let (order, lengths) = if left.is_empty() || right.is_empty() {
            let (Some(a), Some(b)) = (one.chars().next(), other.chars().next()) else {
                return one.len().cmp(&other.len());
            };
            (a.to_lowercase().cmp(b.to_lowercase()), (a.len_utf8(), b.len_utf8()))
        } else {
            let (a, b) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            (a.len().cmp(&b.len()).then_with(|| a.cmp(b)), (left.len(), right.len()))
        };
        if order != Ordering::Equal {
            return order;
        }
        (one, other) = (&one[lengths.0..], &other[lengths.1..]);
    }
}
