//! Connection service files, as libpq reads them (manual, "The Connection Service File"): what a service gives counts less
//! than the URL and more than the environment.

use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::{Error, Result};

/// The URL with what the service that it or PGSERVICE names gives; unchanged without one.
///
/// # Errors
/// Exit 2 for a service that no file has, or whose lines can't be read. No message repeats what the file says.
pub(super) fn filled_in(url: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<String> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let given: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let in_url = given.iter().find(|(name, _)| *name == "service").map(|(_, value)| decoded(value));
    let Some(service) = in_url.or_else(|| environment("PGSERVICE")).filter(|name| !name.is_empty()) else {
        return Ok(url.to_owned());
    };
    let settings = settings(&service, &given, environment)?;
    let parts = Parts::of(place);
    let known = |name: &str| {
        parts.has(name)
            || given.iter().any(|(parameter, _)| *parameter == name)
            || matches!(name, "host" | "hostaddr")
                && (parts.has("host") || given.iter().any(|(one, _)| matches!(*one, "host" | "hostaddr")))
    };
    let mut pairs: Vec<String> = given
        .iter()
        .filter(|(name, _)| !matches!(*name, "service" | "servicefile"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    for (name, value) in settings.iter().filter(|(name, _)| !known(name)) {
        pairs.push(format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    }
    Ok(format!("{place}?{}", pairs.join("&")))
}

/// What a service gives, from the first file that has it: the user's own, then the system's.
fn settings(
    service: &str,
    given: &[(&str, &str)],
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<(String, String)>> {
    let named = given.iter().find(|(name, _)| *name == "servicefile").map(|(_, path)| PathBuf::from(path));
    let own = named
        .or_else(|| environment("PGSERVICEFILE").map(PathBuf::from))
        .or_else(|| environment("HOME").map(|home| PathBuf::from(home).join(".pg_service.conf")));
    let system = environment("PGSYSCONFDIR").map(|folder| PathBuf::from(folder).join("pg_service.conf"));
    let files: Vec<PathBuf> = own.into_iter().chain(system).collect();
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        match section(&text, service) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            Err(line) => {
                let message = format!("line {line} of the service file {} can't be read", file.display());
                return Err(Error::usage(message)
                    .hint("below the service's name in brackets each line is `parameter=value`"));
            }
        }
    }
    let places: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Err(Error::usage(format!("no service file has a service `{service}`"))
        .hint(format!("looked for in {}; PGSERVICEFILE names another file", places.join(" and "))))
}

/// The lines below a service's name. An error is the number of a line that is none of theirs.
fn section(text: &str, service: &str) -> Result<Option<Vec<(String, String)>>, usize> {
    let mut found: Option<Vec<(String, String)>> = None;
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            // The first of that name counts.
            if found.is_some() {
                break;
            }
            found = (name == service).then(Vec::new);
        } else if let Some(settings) = &mut found {
            match line.split_once('=') {
                Some((name, value)) if !line.starts_with("ldap://") => {
                    settings.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => return Err(number + 1),
            }
        }
    }
    Ok(found)
}

/// What stands before the `?` of a URL.
struct Parts<'u> {
    user: &'u str,
    password: bool,
    host: &'u str,
    port: bool,
    database: &'u str,
}

impl<'u> Parts<'u> {
    fn of(place: &'u str) -> Self {
        let rest = place.split_once("://").map_or(place, |(_, rest)| rest);
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, address) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) =
            login.split_once(':').map_or((login, false), |(user, password)| (user, !password.is_empty()));
        // The colons inside an IPv6 address are within brackets.
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, !port.is_empty()),
            _ => (address, false),
        };
        Self { user, password, host, port, database }
    }

    fn has(&self, parameter: &str) -> bool {
        match parameter {
            "user" => !self.user.is_empty(),
            "password" => self.password,
            "host" => !self.host.is_empty(),
            "port" => self.port,
            "dbname" => !self.database.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# ours\n[other]\nhost=elsewhere\n\n[shop]\nhost = db.example\nport=6000\nuser=me\npassword=a&b c\ndbname=shop\nsslmode=require\n[shop]\nhost=second\n";

    fn read(url: &str, service: &str) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("services");
        std::fs::write(&file, FILE).unwrap();
        let variables = [("PGSERVICE", service.to_owned()), ("PGSERVICEFILE", file.display().to_string())];
        filled_in(url, &|name| {
            variables
                .iter()
                .find(|(known, value)| *known == name && !value.is_empty())
                .map(|(_, v)| v.clone())
        })
    }

    #[test]
    fn the_url_counts_more_than_the_service() {
        let all = "host=db%2Eexample&port=6000&user=me&password=a%26b%20c&dbname=shop&sslmode=require";
        for (url, service, wanted) in [
            ("postgres://h/d", "", "postgres://h/d".to_owned()),
            ("postgres://", "shop", format!("postgres://?{all}")),
            ("postgres:///?service=shop", "other", format!("postgres:///?{all}")),
            (
                "postgres://you:x@[::1]/d?sslmode=disable",
                "shop",
                "postgres://you:x@[::1]/d?sslmode=disable&port=6000".to_owned(),
            ),
            (
                "postgres:///?host=/tmp&service=shop&port=1&user=u",
                "",
                "postgres:///?host=/tmp&port=1&user=u&password=a%26b%20c&dbname=shop&sslmode=require"
                    .to_owned(),
            ),
        ] {
            assert_eq!(read(url, service).unwrap(), wanted, "{url}");
        }
    }

    #[test]
    fn what_is_missing_or_unreadable_is_said_without_the_values() {
        let error = read("postgres:///?service=shops", "").unwrap_err();
        assert!(error.message.contains("`shops`"), "{}", error.message);
        assert_eq!(section("[a]\nhost=x\nsecret\n", "a"), Err(3));
        assert_eq!(section("[a]\nldap://x?y=z\n", "a"), Err(2));
        assert_eq!(section("stray\n[a]\n", "a"), Ok(Some(Vec::new())));
    }
}
