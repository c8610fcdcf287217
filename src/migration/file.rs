//! Migration files on disk.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::source::Source;
use crate::error::{Error, Result};

/// Longer files are data, not changes of a schema. Reading takes up to 35 times as much memory (measured).
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The text of a file.
pub fn source(path: &Path) -> Result<Source> {
    let shown = path.display();
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::usage(format!("there is no file `{shown}`"))
            .hint("check the path, or run from the folder it is relative to"),
        ErrorKind::PermissionDenied => Error::usage(format!("`{shown}` can't be read: permission denied")),
        _ => Error::usage(format!("`{shown}` can't be read: {error}")),
    };
    let about = fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return Err(Error::usage(format!("`{shown}` is a folder"))
            .hint("name a file in it, or give the folder as `--migrations`"));
    }
    if about.len() > MAX_BYTES {
        return Err(too_long(&format!("`{shown}` is {}", bytesize::ByteSize(about.len()))));
    }
    // pipes and devices have no length
    let file = fs::File::open(path).map_err(failed)?;
    text(&shown.to_string(), bytes(file, about.len(), &format!("`{shown}`"), failed)?)
}

/// Standard input, as a file of this name.
pub fn standard_input(name: &str) -> Result<Source> {
    let failed = |error| Error::usage(format!("standard input can't be read: {error}"));
    text(name, bytes(std::io::stdin(), 0, "standard input", failed)?)
}

/// Reads to the end, which is about `expected` bytes away.
fn bytes(
    from: impl Read,
    expected: u64,
    shown: &str,
    failed: impl Fn(std::io::Error) -> Error,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(expected as usize + 1);
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_long(&format!("{shown} is longer"))) } else { Ok(bytes) }
}

fn too_long(what: &str) -> Error {
    let most = bytesize::ByteSize(MAX_BYTES);
    Error::usage(format!("{what}: a migration is at most {most}"))
        .hint("load data with `psql` or `COPY`, outside migrations")
}

fn text(shown: &str, bytes: Vec<u8>) -> Result<Source> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if utf16 {
        return Err(Error::usage(format!("`{shown}` is UTF-16 text")).hint("save it as UTF-8"));
    }
    if bytes.contains(&0) {
        return Err(Error::usage(format!("`{shown}` is a binary file"))
            .hint("a migration is SQL or YAML text in UTF-8"));
    }
    String::from_utf8(bytes).map(|text| Source::new(shown, text)).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        Error::usage(format!("`{shown}` is not UTF-8: line {line} has a byte that belongs to no character"))
            .hint("save it as UTF-8")
    })
}

/// The id that a path gives a migration: the file's stem, or the folder's name where every file is called the
/// same. `0001_users.up.sql` is `0001_users`.
pub fn id(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let folder = || path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    match &*stem {
        "migration" | "up" => folder().unwrap_or_else(|| stem.to_string()),
        stem => stem.strip_suffix(".up").unwrap_or(stem).to_owned(),
    }
}

/// Whether a file of a migrations folder is one to apply.
pub fn is_migration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let known = [".sql", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending));
    let down = ["down.sql", "down.yaml", "down.yml"]
        .iter()
        .any(|down| name == *down || name.ends_with(&format!(".{down}")));
    known && !down && !name.starts_with('.')
}

/// Whether a path's extension says YAML; everything else is SQL.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_the_name_that_tells_files_apart() {
        for (path, expected) in [
            ("migrations/0001_users.sql", "0001_users"),
            ("migrations/0001_users.up.sql", "0001_users"),
            ("prisma/migrations/2024_init/migration.sql", "2024_init"),
            ("m/2024_init/up.sql", "2024_init"),
            ("up.sql", "up"),
            ("m/0002_split.yaml", "0002_split"),
        ] {
            assert_eq!(id(Path::new(path)), expected);
        }
        for (path, expected) in [
            ("a.sql", true),
            ("a.down.sql", false),
            ("down.sql", false),
            ("README.md", false),
            ("a.yml", true),
            ("count_down.sql", true),
        ] {
            assert_eq!(is_migration(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn unreadable_files_are_named_with_a_cure() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).unwrap();
            source(&path).unwrap_err().message
        };
        assert!(write("a.sql", b"\0\x01").contains("binary file"));
        assert!(write("b.sql", b"\xff\xfea\0").contains("UTF-16"));
        assert!(write("c.sql", b"select 1;\n-- \xe9\n").contains("line 2"));
        assert!(source(dir.path()).unwrap_err().message.contains("is a folder"));
        assert!(source(&dir.path().join("none.sql")).unwrap_err().message.contains("there is no file"));
    }
}
