//! A file that its runner puts in one transaction, as several: what has to be committed apart gets a file of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::lint::{Transaction, no_transaction_comment};
use crate::migration::operation::{Operation, TableRef};
use crate::migration::source::{Source, Span};
use crate::migration::statement::Statement;
use crate::migration::{self, Migration, Partitioned};

/// How sqlx is told to open no transaction for a file.
const NO_TRANSACTION: &str = "-- no-transaction";

/// Statements that one transaction may hold, or one that none may.
struct Group {
    /// Where the text of its statements ends, with what stands behind on the line.
    end: usize,
    alone: bool,
}

/// The files in the place of one whose text was fixed as if each statement were committed by itself: the file itself first.
///
/// # Errors
/// Why there can't be several.
pub fn cut(fixed: &Migration, all: &[Migration], transaction: Transaction) -> Result<Vec<Source>, String> {
    let source = &fixed.source;
    let groups = groups(fixed);
    if fixed.steps.iter().any(|step| sets(&step.operation)) {
        return Err("what it sets for its session or transaction would end with the first file".to_owned());
    }
    if source.text.contains("+goose")
        || source.text.contains("migrate:up")
        || source.text.contains("+migrate")
    {
        return Err(
            "the file has sections that belong together: put what is below in files of their own".to_owned()
        );
    }
    let path = Path::new(&source.path);
    let names = names(path, groups.len() - 1)?;
    let marked = transaction == Transaction::File && !migration::is_flyway(&source.path);
    let marker = if marked { marker(all) } else { String::new() };
    let newline = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut start = 0;
    let paths = std::iter::once(path.to_owned()).chain(names);
    let parts = groups.iter().zip(paths).map(|(group, path)| {
        let text = source.text.get(start..group.end).unwrap_or_default();
        let text = if start == 0 { text } else { text.trim_start_matches(['\r', '\n']) };
        start = group.end;
        let marker = if group.alone && !marker.is_empty() {
            format!("{}{newline}", marker.replace('\n', newline))
        } else {
            String::new()
        };
        Source::new(path.display().to_string(), format!("{marker}{text}"))
    });
    Ok(parts.collect())
}

/// Which statements may stay together. VALIDATE reads a table that what was done before it in the same transaction has locked.
fn groups(fixed: &Migration) -> Vec<Group> {
    let text = &fixed.source.text;
    let mut groups: Vec<Group> = Vec::new();
    let (mut is_last_alone, mut last_changes) = (false, false);
    let spans = migration::statements(&fixed.source);
    for (number, span) in spans.iter().enumerate() {
        let inside = |place: Span| span.start <= place.start && place.end <= span.end;
        let own = || fixed.steps.iter().filter(|step| inside(step.span)).map(|step| &step.operation);
        let alone = own().any(|operation| operation.outside_transactions(&NotPartitioned).is_some());
        let validates = own().any(|operation| matches!(operation, Operation::ValidateConstraint(_)));
        let end = if number + 1 == spans.len() { text.len() } else { line_end(text, *span) };
        let apart = alone || is_last_alone || validates && last_changes;
        match groups.last_mut().filter(|_| !apart) {
            Some(group) => {
                group.end = end;
                last_changes |= !validates;
            }
            None => {
                groups.push(Group { end, alone });
                last_changes = !validates;
            }
        }
        is_last_alone = alone;
    }
    groups
}

/// Whether a statement is about what follows in the same session or transaction.
fn sets(operation: &Operation) -> bool {
    let Operation::Unplaced(unplaced) = operation else { return false };
    matches!(unplaced.statement, Statement::Set(_) | Statement::Transaction(_))
}

/// The end of the line that a statement ends on, unless another begins there.
fn line_end(text: &str, statement: Span) -> usize {
    let semicolon = text[statement.end..].find(';').map_or(text.len(), |at| statement.end + at + 1);
    let line = text[semicolon..].find('\n').map_or(text.len(), |at| semicolon + at + 1);
    let rest = text[semicolon..line].trim();
    if rest.is_empty() || rest.starts_with("--") { line } else { semicolon }
}

/// What tells the runner of these files to open no transaction, as one of them has it; sqlx's words where none has any.
fn marker(all: &[Migration]) -> String {
    let found = all.iter().find_map(|migration| no_transaction_comment(&migration.source.text));
    match found {
        // Atlas wants a blank line below
        Some(comment) if comment.contains("atlas:") => format!("{comment}\n"),
        Some(comment) => comment.to_owned(),
        None => NO_TRANSACTION.to_owned(),
    }
}

/// Names for files right behind one, in the style of its own.
fn names(path: &Path, count: usize) -> Result<Vec<PathBuf>, String> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().unwrap_or(Path::new(""));
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(listed).map_err(|error| format!("its folder can't be read: {error}"))?;
    let beside: BTreeSet<String> =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
    let (stem, ending) =
        file.split_once('.').map_or((&*file, String::new()), |(stem, ending)| (stem, format!(".{ending}")));
    if ending == ".up.sql" && beside.contains(&format!("{stem}.down.sql")) {
        return Err(format!("the way back in `{stem}.down.sql` is about all of it: cut both by hand"));
    }
    let numbered = Numbered::read(stem).ok_or("its name has no number that others could follow")?;
    let new = (1..=count).map(|at| numbered.later(at, &beside)).collect::<Result<Vec<_>, _>>()?;
    Ok(new.into_iter().map(|stem| folder.join(format!("{stem}{ending}"))).collect())
}

/// `V7__add_index`, `0007_add_index`, `20261201093000-add-index`
struct Numbered<'a> {
    before: &'a str,
    number: &'a str,
    between: &'a str,
    name: &'a str,
}

impl<'a> Numbered<'a> {
    fn read(stem: &'a str) -> Option<Self> {
        let rest = stem.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let after = match rest.split_once("__").filter(|_| stem.starts_with('V')) {
            Some((version, _)) => &rest[version.len()..],
            None => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        };
        let (before, number) = (&stem[..stem.len() - rest.len()], &rest[..rest.len() - after.len()]);
        let name = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        let between = &after[..after.len() - name.len()];
        (before.len() <= 1 && !number.is_empty()).then_some(Self { before, number, between, name })
    }

    /// The name of the file that comes so many places later, if nothing stands there or before.
    fn later(&self, at: usize, beside: &BTreeSet<String>) -> Result<String, String> {
        let Self { before, number, between, name } = self;
        let style = |number: &str| format!("{before}{number}{between}{name}_{}", at + 1);
        let others = || beside.iter().filter_map(|other| Numbered::read(other.split('.').next()?));
        if *before == "V" && between.starts_with("__") {
            // a version has room for parts: V7, V7.1, V8
            let next = format!("{number}_{at}");
            let taken = others().any(|other| other.number.replace('.', "_") == next.replace('.', "_"));
            return if taken { Err(format!("version {next} is taken")) } else { Ok(style(&next)) };
        }
        let own: u64 = number.parse().map_err(|_| format!("{number} is no number"))?;
        let next = own + at as u64;
        let is_time = number.len() >= 12 && number.starts_with("20");
        let is_day = number.len() == 8 && number.starts_with("20");
        if is_day || is_time && next % 100 > 59 {
            return Err(format!("no time follows {number} that is on a clock: name the files by hand"));
        }
        let between_them = others()
            .find(|other| other.number.parse::<u64>().is_ok_and(|other| own < other && other <= next));
        match between_them {
            Some(other) => Err(format!(
                "there is no number left before `{}{}{}{}`: renumber that, or cut the file by hand",
                other.before, other.number, other.between, other.name
            )),
            None => Ok(style(&format!("{next:0width$}", width = number.len()))),
        }
    }
}

struct NotPartitioned;

impl Partitioned for NotPartitioned {
    fn table(&self, _: &TableRef) -> bool {
        false
    }

    fn index(&self, _: &TableRef) -> bool {
        false
    }
}
