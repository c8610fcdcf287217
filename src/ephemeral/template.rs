//! Data directories without waiting for `initdb`: it runs once per server version, its result is copied.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::{Binaries, account::Account};

/// No fsync and a small write-ahead log, because everything is thrown away; no locale, so that a machine's
/// settings do not change the order of text.
const INITDB: &[&str] =
    &["-N", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--wal-segsize=1", "-D"];

/// Makes the data directory `data`: from the template where the cache can be used, else by `initdb`
pub(super) fn create_data(binaries: &Binaries, account: &Account, data: &Path) -> Result<()> {
    let cached = super::cache_dir()
        .context("no cache directory")
        .and_then(|cache| ensure(&cache, binaries, account))
        .and_then(|template| copy(&template, data, account).context("cannot copy the template"));
    if let Err(error) = cached {
        tracing::debug!("no template, initdb runs instead: {error:#}");
        match fs::remove_dir_all(data) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => return initdb(binaries, account, data),
        }
    }
    Ok(())
}

fn initdb(binaries: &Binaries, account: &Account, data: &Path) -> Result<()> {
    private_dir(data, account)?;
    account.run(account.command(&binaries.dir.join("initdb")).args(INITDB).arg(data))
}

/// The template for this server, made if it is missing. Of several processes one makes it and the others wait.
/// It only ever appears whole, by a rename.
fn ensure(cache: &Path, binaries: &Binaries, account: &Account) -> Result<PathBuf> {
    let templates = cache.join("templates");
    for dir in [cache, &templates] {
        if !dir.exists() {
            DirBuilder::new().recursive(true).create(dir)?;
            fs::set_permissions(dir, Permissions::from_mode(0o755))?; // the account has to get through
        }
        if !super::is_ours_alone(dir) {
            bail!("{} belongs to somebody else or others may write to it", dir.display());
        }
    }
    let flags = INITDB.join(" ");
    let parts = [binaries.version.as_bytes(), binaries.dir.as_os_str().as_encoded_bytes(), flags.as_bytes()];
    let key = format!("{}-{}-{}", binaries.major, account.uid, super::fingerprint(&parts));
    let template = templates.join(&key);
    if template.is_dir() {
        return Ok(template);
    }
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(templates.join(format!("{key}.lock")))?;
    lock.lock()?;
    if template.is_dir() {
        return Ok(template);
    }
    let unfinished = format!("{key}.new-");
    for entry in fs::read_dir(&templates)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&unfinished) {
            let _ = fs::remove_dir_all(entry.path()); // somebody was killed while holding the lock
        }
    }
    let aside = tempfile::Builder::new().prefix(&unfinished).tempdir_in(&templates)?;
    account.own(aside.path())?;
    initdb(binaries, account, &aside.path().join("data"))?;
    fs::rename(aside.path().join("data"), &template)?;
    Ok(template)
}

/// Copies files and folders; on file systems that can, the copies share their blocks with the original
fn copy(from: &Path, to: &Path, account: &Account) -> Result<()> {
    private_dir(to, account)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, account)?;
        } else {
            fs::copy(entry.path(), &target)?;
            account.own(&target)?;
        }
    }
    Ok(())
}

fn private_dir(dir: &Path, account: &Account) -> Result<()> {
    DirBuilder::new().mode(0o700).create(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    account.own(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_callers_get_one_whole_template() {
        let (Ok(binaries), Ok(account)) = (Binaries::find(), Account::for_server()) else {
            assert!(
                std::env::var_os("DATABASE_URL").is_some(),
                "no server programs: run scripts/ensure-postgres"
            );
            return;
        };
        let root = tempfile::tempdir_in(super::super::cluster::temp_base(&account)).unwrap();
        fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
        let cache = root.path().join("cache");
        let made: Vec<PathBuf> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..3).map(|_| scope.spawn(|| ensure(&cache, &binaries, &account).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(made.iter().all(|path| path == &made[0] && path.join("PG_VERSION").is_file()), "{made:?}");
        let left: Vec<_> = fs::read_dir(cache.join("templates")).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "the template and its lock: {left:?}");

        fs::set_permissions(&cache, Permissions::from_mode(0o777)).unwrap();
        let refused = ensure(&cache, &binaries, &account).unwrap_err().to_string();
        assert!(refused.contains("others may write"), "{refused}");
    }
}
