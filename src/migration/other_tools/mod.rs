//! Files of pgroll and reshape as midflight's YAML. A file is converted whole, or it is said what of it can't be.

mod columns;
mod fields;
mod node;
mod order;
mod pgroll;
mod pgroll_columns;
mod reshape;
mod write;

use std::path::Path;

pub use order::names;

use self::fields::Fields;
use self::node::{Node, Value};
use super::operation::Operation;
use super::parse;
use super::source::{Source, Span};
use crate::error::{Error, Result};

/// A tool whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// <https://github.com/xataio/pgroll>
    Pgroll,
    /// <https://github.com/fabianlindfors/reshape>
    Reshape,
}

/// One operation, and what is different from what the other tool did on the way.
struct Written {
    notes: Vec<String>,
    operation: Operation,
}

impl From<Operation> for Written {
    fn from(operation: Operation) -> Self {
        Self { notes: Vec::new(), operation }
    }
}

impl Tool {
    /// The key under which its files list what they do.
    const fn list(self) -> &'static str {
        match self {
            Self::Pgroll => "operations",
            Self::Reshape => "actions",
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pgroll => "pgroll",
            Self::Reshape => "reshape",
        }
    }

    /// The endings of its files.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pgroll => &["yaml", "yml", "json"],
            Self::Reshape => &["toml", "json"],
        }
    }

    /// Whether this tool reads a file of this name.
    pub fn reads(self, path: &Path) -> bool {
        let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !hidden && self.endings().contains(&ending)
    }
}

/// Whose file this is; none where it is midflight's own or nobody's.
///
/// # Errors
/// Exit 2 for a file that both pgroll and midflight can read, which means one thing here and another there.
pub fn tool_of(source: &Source) -> Result<Option<Tool>> {
    let path = Path::new(&source.path);
    if !Tool::Pgroll.reads(path) && !Tool::Reshape.reads(path) {
        return Ok(None);
    }
    let Ok(root) = node::read(source) else { return Ok(None) };
    let Value::Map(entries) = &root.value else { return Ok(None) };
    let has = |tool: Tool| tool.reads(path) && entries.iter().any(|(key, _)| key.as_str() == tool.list());
    if has(Tool::Reshape) {
        return Ok(Some(Tool::Reshape));
    }
    if !has(Tool::Pgroll) {
        return Ok(None);
    }
    let own = Tool::Pgroll.reads(path) && parse(source.clone()).is_ok();
    if !own || path.extension().is_some_and(|ending| ending == "json") {
        return Ok(Some(Tool::Pgroll));
    }
    match convert(source, Tool::Pgroll) {
        Ok(_) => Err(Error::usage(format!("`{}` can be read as midflight's own form and as pgroll's", source.path))
            .hint("if it is pgroll's, say `--from pgroll`; a column is nullable here unless it says `not_null`, and there unless it says `nullable`")),
        Err(_) => Ok(None),
    }
}

/// The file in midflight's form.
///
/// # Errors
/// Everything in it that has no form here, each with its place and what to write instead.
pub fn convert(source: &Source, tool: Tool) -> Result<String, Vec<Error>> {
    let root = node::read(source).map_err(|error| vec![error])?;
    let file = Fields::of(source, "file", Span::default(), &root).map_err(|error| vec![error])?;
    let notes = match tool {
        Tool::Pgroll => pgroll::head(&file),
        Tool::Reshape => reshape::head(&file),
    };
    let (mut faults, mut all) = (Vec::new(), Vec::new());
    let notes = notes.unwrap_or_else(|error| {
        faults.push(error);
        Vec::new()
    });
    match list(&file, tool) {
        Ok(entries) => {
            for entry in entries {
                let read = match tool {
                    Tool::Pgroll => pgroll::operation(source, entry),
                    Tool::Reshape => reshape::action(source, entry),
                };
                match read.and_then(|written| write::entries(source, entry.span, &written)) {
                    Ok(text) => all.push(text),
                    Err(error) => faults.push(error),
                }
            }
        }
        Err(error) => faults.push(error),
    }
    if let Err(error) = file.finish() {
        faults.push(error);
    }
    if faults.is_empty() { Ok(write::file(&notes, &all)) } else { Err(faults) }
}

fn list<'a>(file: &Fields<'a>, tool: Tool) -> Result<&'a [Node]> {
    let key = tool.list();
    if !file.has(key) {
        let message = format!("`{}` has no `{key}`: it is no file of {}", file.source.path, tool.name());
        return Err(Error::usage(message));
    }
    file.list(key)
}

#[cfg(test)]
mod tests;
