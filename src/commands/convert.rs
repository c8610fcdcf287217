//! `convert`: SQL, and files of other tools, as midflight's YAML.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::migration;
use crate::migration::other_tools::{self, Tool};

/// Print a migration in midflight's YAML: SQL, or a file of pgroll or reshape
///
/// SQL comes out as the same operations, spelled out: useful to see how midflight reads a file, and to start from where
/// SQL can't say enough (`up`, `down`). Files of pgroll (YAML, JSON) and reshape (TOML, JSON) are told by what they hold. What midflight
/// does in another way on the way to the same end stands in a comment above the operation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing; with --output new files, and never one that is there. Needs no database.
Exits with: 0; 2 a file that can't be read, or operations that midflight has no form for: all of them, each with its place.

Examples:
  midflight convert migrations/0007_total.sql > migrations/0007_total.yaml && rm migrations/0007_total.sql
  midflight convert pgroll/0012_rating.json
  midflight convert reshape-migrations --output migrations")]
pub struct ConvertArgs {
    /// The migration to convert, or a folder of pgroll's or reshape's
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Whose file it is, where that can't be told
    #[arg(long, value_enum, value_name = "TOOL")]
    pub from: Option<From>,
    /// Write the files into this folder, under names that keep their order, instead of printing one
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// A tool whose files are converted.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum From {
    /// YAML or JSON with `operations`
    Pgroll,
    /// TOML or JSON with `actions`
    Reshape,
}

impl From {
    const fn tool(self) -> Tool {
        match self {
            Self::Pgroll => Tool::Pgroll,
            Self::Reshape => Tool::Reshape,
        }
    }
}

/// The YAML, or the paths of the files that were written.
///
/// # Errors
/// Exit 2, with the place, for a file that can't be read or a statement that YAML has no form for.
pub fn run(args: &ConvertArgs) -> Result<String> {
    let path = Path::new(&args.file);
    if path.is_dir() {
        let Some(output) = &args.output else {
            return Err(Error::usage(format!("`{}` is a folder", args.file))
                .hint("name the folder for the converted files with `--output`, or convert one file"));
        };
        return folder(path, args.from.map(From::tool), output);
    }
    let source = migration::source(&args.file)?;
    let tool = match args.from {
        Some(from) => Some(from.tool()),
        None => other_tools::tool_of(&source)?,
    };
    let text = match tool {
        Some(tool) => other_tools::convert(&source, tool).map_err(all)?,
        None => migration::to_yaml(&migration::parse(source)?)?,
    };
    match &args.output {
        None => Ok(text),
        Some(output) => {
            let name = path.with_extension("yaml").file_name().map(PathBuf::from).unwrap_or_default();
            write(output, &[(name.display().to_string(), text)])
        }
    }
}

/// Everything that is wrong, as one error.
fn all(mut faults: Vec<Error>) -> Error {
    if faults.len() == 1 {
        return faults.remove(0);
    }
    let lines = faults.iter().map(|fault| {
        let place = fault.place.as_ref();
        let place = place.map(|place| format!("{}:{}: ", place.path, place.start.line)).unwrap_or_default();
        let instead = fault.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("{place}{}{instead}", fault.message)
    });
    Error::usage(format!("{} operations can't be converted, so nothing was", faults.len()))
        .details(lines.collect::<Vec<_>>())
        .hint("take these out of the folder and write them as the lines say, then convert the rest")
}

/// A folder is converted whole or not at all: later files build on earlier ones.
fn folder(folder: &Path, tool: Option<Tool>, output: &Path) -> Result<String> {
    let failed = |error: std::io::Error| {
        Error::usage(format!("the folder `{}` can't be read: {error}", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let tool = match tool {
        Some(tool) => tool,
        None => told(&paths)?.ok_or_else(|| {
            Error::usage(format!("`{}` holds no file of pgroll or reshape", folder.display()))
                .hint("say `--from pgroll` or `--from reshape` if it does")
        })?,
    };
    paths.retain(|path| tool.reads(path));
    let (mut faults, mut files) = (Vec::new(), Vec::new());
    for (path, name) in other_tools::names(paths, tool)? {
        let source = migration::source(&path.display().to_string())?;
        match other_tools::convert(&source, tool) {
            Ok(text) => files.push((name, text)),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() { write(output, &files) } else { Err(all(faults)) }
}

/// The tool that one file of a folder gives away.
fn told(paths: &[PathBuf]) -> Result<Option<Tool>> {
    let mut unclear = None;
    for path in paths.iter().filter(|path| Tool::Pgroll.reads(path) || Tool::Reshape.reads(path)) {
        match other_tools::tool_of(&migration::source(&path.display().to_string())?) {
            Ok(Some(tool)) => return Ok(Some(tool)),
            Ok(None) => {}
            Err(error) => unclear = Some(error),
        }
    }
    unclear.map_or(Ok(None), Err)
}

/// Writes new files; what is there is looked for first, so that nothing is half written.
fn write(folder: &Path, files: &[(String, String)]) -> Result<String> {
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    if let Some(there) = paths.iter().find(|path| path.exists()) {
        return Err(Error::usage(format!("`{}` is there already", there.display()))
            .hint("convert into an empty folder, or remove it"));
    }
    let failed = |path: &Path, error| Error::usage(format!("can't write `{}`: {error}", path.display()));
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (path, (_, text)) in paths.iter().zip(files) {
        std::fs::write(path, text).map_err(|error| failed(path, error))?;
    }
    Ok(paths.iter().map(|path| format!("{}\n", path.display())).collect())
}
