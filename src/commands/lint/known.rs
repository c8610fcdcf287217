//! `--baseline` and `--write-baseline`

use std::fs;
use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::lint::{Baseline, Report};
use crate::migration::Migration;

/// Writes what is known from now on.
pub fn write(path: &Path, report: &Report, migrations: &[Migration]) -> Result<String> {
    let baseline = Baseline::of(report, migrations);
    let text = serde_json::to_string_pretty(&baseline)
        .map_err(|error| Error::new(Kind::Failed, format!("the baseline has no JSON form: {error}")))?;
    fs::write(path, text + "\n").map_err(|error| {
        Error::usage(format!("`{}` can't be written: {error}", path.display()))
            .hint("name a file in a folder that is there and may be written")
    })?;
    let found = match baseline.findings.len() {
        1 => "1 finding".to_owned(),
        found => format!("{found} findings"),
    };
    let path = path.display();
    Ok(format!("{found} written to {path}; `midflight lint --baseline {path}` tells of others only\n"))
}

/// Leaves out what is known.
pub fn leave_out(path: &Path, report: &mut Report, migrations: &[Migration]) -> Result<()> {
    let baseline = read(path)?;
    baseline.leave_out(report, migrations);
    Ok(())
}

fn read(path: &Path) -> Result<Baseline> {
    let again = "`midflight lint --write-baseline FILE` writes it";
    let text = fs::read_to_string(path).map_err(|error| {
        Error::usage(format!("the baseline `{}` can't be read: {error}", path.display())).hint(again)
    })?;
    let baseline: Baseline = serde_json::from_str(&text)
        .map_err(|error| Error::usage(format!("`{}` is no baseline: {error}", path.display())).hint(again))?;
    if baseline.schema_version != Baseline::VERSION {
        let message = format!(
            "`{}` is a baseline of version {}, and this midflight reads version {}",
            path.display(),
            baseline.schema_version,
            Baseline::VERSION
        );
        return Err(Error::usage(message).hint(again));
    }
    Ok(baseline)
}
