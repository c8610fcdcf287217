//! Fixed files: as a diff, or written in the place of the old ones.

use std::fs;
use std::io::Write;
use std::path::Path;

use similar::TextDiff;

use crate::error::{Error, Kind, Result};
use crate::migration::source::Source;

/// Editors on some systems begin a file with it; [`Source`] leaves it out.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What changes, as `diff -u` writes it and `git apply` reads it.
pub fn diff(before: Option<&Source>, after: &Source) -> String {
    let path = after.path.trim_start_matches("./").trim_start_matches('/');
    let (to, from) = (format!("b/{path}"), format!("a/{path}"));
    let Some(before) = before else {
        return TextDiff::from_lines("", &after.text).unified_diff().header("/dev/null", &to).to_string();
    };
    let mark = fs::read(&before.path).is_ok_and(|bytes| bytes.starts_with(BYTE_ORDER_MARK.as_bytes()));
    let mark = if mark { BYTE_ORDER_MARK } else { "" };
    let (old, new) = (format!("{mark}{}", before.text), format!("{mark}{}", after.text));
    TextDiff::from_lines(&old, &new).unified_diff().header(&from, &to).to_string()
}

/// Writes the files, new ones first: what goes there is still in the old ones.
///
/// # Errors
/// For the first file that can't be written, that is another than the one that was read, or that is there though it should be
/// new. The files before it are written.
pub fn write(changed: &[(Option<&Source>, &Source)]) -> Result<()> {
    changed.iter().filter(|(before, _)| before.is_none()).try_for_each(|(_, new)| create(new))?;
    changed.iter().try_for_each(|(before, after)| match before {
        Some(before) => replace(before, &after.text),
        None => Ok(()),
    })
}

/// Writes a file that must not be there.
fn create(new: &Source) -> Result<()> {
    let file = fs::File::create_new(&new.path);
    file.and_then(|mut file| file.write_all(new.text.as_bytes())).map_err(|error| {
        Error::new(Kind::Failed, format!("`{}` can't be written: {error}", new.path)).hint(
            "nothing that was there is changed; make the folder writable, and remove a file of this name",
        )
    })
}

/// Puts a text in the place of another, so that whoever reads meanwhile sees one of them whole.
fn replace(before: &Source, text: &str) -> Result<()> {
    let path = &before.path;
    let failed = |error: std::io::Error| {
        Error::new(Kind::Failed, format!("`{path}` can't be written: {error}"))
            .hint("make the file and its folder writable; `--fix --diff` shows the change without writing it")
    };
    // a link stays a link
    let path = Path::new(path).canonicalize().map_err(failed)?;
    let old = fs::read(&path).map_err(failed)?;
    let (mark, body) = match old.strip_prefix(BYTE_ORDER_MARK.as_bytes()) {
        Some(body) => (BYTE_ORDER_MARK, body),
        None => ("", old.as_slice()),
    };
    if body != before.text.as_bytes() {
        let message = format!("`{}` has changed since it was read", before.path);
        return Err(Error::new(Kind::Failed, message).hint("run `midflight lint --fix` again"));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".midflight-").tempfile_in(folder).map_err(failed)?;
    file.write_all(mark.as_bytes()).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
    let permissions = fs::metadata(&path).map_err(failed)?.permissions();
    fs::set_permissions(file.path(), permissions).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(())
}
