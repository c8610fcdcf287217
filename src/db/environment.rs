//! A connection as the environment of one of PostgreSQL's own client programs: a password among its arguments would be
//! shown to every user of the machine.

use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Parameters that sqlx keeps to itself, and libpq's variables for them.
const CERTIFICATES: [(&str, &str); 3] =
    [("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY")];

/// The variables that lead to the same place.
pub(super) fn variables(options: &PgConnectOptions) -> Vec<(&'static str, String)> {
    let host = options.get_socket().map_or_else(
        || options.get_host().trim_matches(['[', ']']).to_owned(),
        |socket| socket.display().to_string(),
    );
    let user = options.get_username();
    let mut variables = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string()),
        ("PGUSER", user.to_owned()),
        ("PGDATABASE", options.get_database().unwrap_or(user).to_owned()),
        ("PGSSLMODE", mode(options.get_ssl_mode()).to_owned()),
    ];
    // The rest is only handed out as a URL. Names that no URL holds unchanged are not asked for again.
    let url = options.clone().username("user").host("host").database("database").to_url_lossy();
    if let Some(password) = url.password() {
        variables.push(("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().into_owned()));
    }
    for (parameter, variable) in CERTIFICATES {
        variables.extend(file(options, parameter).map(|path| (variable, path)));
    }
    variables
}

/// The path of a certificate or key. One that is given as text has none: libpq reads files only.
pub(super) fn file(options: &PgConnectOptions, parameter: &str) -> Option<String> {
    let url = options.clone().username("user").host("host").database("database").to_url_lossy();
    let given = url.query_pairs().find(|(name, _)| name == parameter);
    given.and_then(|(_, value)| value.strip_prefix("file: ").map(str::to_owned))
}

const fn mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Vec<String> {
        let options = crate::db::options::options(url, |_| None).unwrap();
        variables(&options).into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn hostile_names_and_passwords_arrive_unchanged() {
        let found = of(
            "postgres://a%40b%2Fc:p%40%3A%2F%25%20%C3%A9@[::1]:6000/x%20%22y?sslmode=verify-full&sslrootcert=/ca.pem",
        );
        for wanted in [
            "PGHOST=::1",
            "PGPORT=6000",
            "PGUSER=a@b/c",
            "PGPASSWORD=p@:/% é",
            "PGDATABASE=x \"y",
            "PGSSLMODE=verify-full",
            "PGSSLROOTCERT=/ca.pem",
        ] {
            assert!(found.iter().any(|one| one == wanted), "{wanted}: {found:?}");
        }
        let found = of("postgres://me@localhost/d?host=%2Ftmp%2Fa%20b");
        assert!(found.contains(&"PGHOST=/tmp/a b".to_owned()), "{found:?}");
    }
}
