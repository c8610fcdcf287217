//! Where a connection leads: the database URL over libpq's environment variables. What would be left out in silence is
//! refused where somebody relies on it.

use std::str::FromStr;

use percent_encoding::percent_decode_str;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{explain, service};
use crate::error::{Error, Result};

const HINT: &str =
    "it looks like `postgresql://user@host:5432/database`; set DATABASE_URL or give --database-url";

/// A parameter of libpq that has no effect here.
struct Unsupported {
    /// In the URL.
    parameter: &'static str,
    /// In the environment.
    variable: &'static str,
    /// Values that ask for nothing, or for what is so anyhow.
    harmless: &'static [&'static str],
}

const UNSUPPORTED: [Unsupported; 10] = [
    unsupported("channel_binding", "PGCHANNELBINDING", &["disable", "prefer"]),
    unsupported("gssencmode", "PGGSSENCMODE", &["disable", "prefer"]),
    unsupported("load_balance_hosts", "PGLOADBALANCEHOSTS", &["disable"]),
    unsupported("require_auth", "PGREQUIREAUTH", &[]),
    unsupported("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", &["TLSv1.3"]),
    // versions before 1.2 are never spoken
    unsupported("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", &["TLSv1", "TLSv1.1", "TLSv1.2"]),
    unsupported("sslcrl", "PGSSLCRL", &[]),
    unsupported("sslcrldir", "PGSSLCRLDIR", &[]),
    unsupported("sslnegotiation", "PGSSLNEGOTIATION", &["postgres"]),
    unsupported("target_session_attrs", "PGTARGETSESSIONATTRS", &["any"]),
];

const fn unsupported(
    parameter: &'static str,
    variable: &'static str,
    harmless: &'static [&'static str],
) -> Unsupported {
    Unsupported { parameter, variable, harmless }
}

/// Reads a URL.
///
/// # Errors
/// Exit 2 for one that can't be read, and for what this program can't do. No message repeats the URL: it may hold a
/// password.
pub(super) fn options(url: &str, environment: impl Fn(&str) -> Option<String>) -> Result<PgConnectOptions> {
    let rest = |url: &str| {
        let address = ["postgresql://", "postgres://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        address.map(str::to_owned)
    };
    let not_ours = || Error::usage("the database URL is not one of PostgreSQL").hint(HINT);
    rest(url).ok_or_else(not_ours)?;
    let url = &service::filled_in(url, &environment)?;
    let address = &rest(url).ok_or_else(not_ours)?;
    refuse_unsupported(address, &environment)?;
    // sqlx takes one that it doesn't know for `prefer`.
    if let Some(mode) = environment("PGSSLMODE").filter(|mode| mode.parse::<PgSslMode>().is_err()) {
        return Err(Error::usage(format!("PGSSLMODE is `{mode}`, which is no TLS mode"))
            .hint("it can be disable, allow, prefer, require, verify-ca or verify-full"));
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| {
        Error::usage(format!("the database URL can't be read: {}", explain(&error))).hint(HINT)
    })?;
    // As libpq does it: a certificate that is named is looked at.
    let rooted =
        ["sslrootcert", "ssl-root-cert", "ssl-ca"].iter().any(|name| address.contains(&format!("{name}=")));
    let rooted = rooted || environment("PGSSLROOTCERT").is_some();
    let options = match options.get_ssl_mode() {
        PgSslMode::Require if rooted => options.ssl_mode(PgSslMode::VerifyCa),
        _ => options,
    };
    // The name tells midflight's own sessions from others, whatever the URL calls the application.
    let name = options.get_application_name().map(|given| format!("midflight: {given}"));
    let options = options.application_name(name.as_deref().unwrap_or("midflight"));
    // Prepared statements don't survive a transaction-mode pooler.
    // Nor does a pooler know the parameter that sqlx would have floats written with.
    let options = options.statement_cache_capacity(0).extra_float_digits(None);
    Ok(options.disable_statement_logging())
}

fn refuse_unsupported(address: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<()> {
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let given: Vec<(&str, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
        .collect();
    for Unsupported { parameter, variable, harmless } in UNSUPPORTED {
        let in_url = given.iter().filter(|(name, _)| *name == parameter).map(|(_, value)| value.as_str());
        let in_environment = environment(variable).filter(|value| !value.is_empty());
        let asked = |value: &str| !harmless.contains(&value);
        let problem = if in_url.into_iter().any(asked) {
            format!("the database URL asks for `{parameter}`")
        } else if in_environment.is_some_and(|value| asked(&value)) {
            format!("{variable} is set")
        } else {
            continue;
        };
        return Err(Error::usage(format!("{problem}, which midflight doesn't support")).hint(
            "leave it out; the page on configuration says which parts of a connection string have an effect",
        ));
    }
    let hosts = place.split('/').next().unwrap_or_default();
    let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, hosts)| hosts);
    let more = given.iter().filter(|(name, _)| matches!(*name, "host" | "hostaddr" | "port"));
    let variables = ["PGHOST", "PGHOSTADDR", "PGPORT"].into_iter().filter_map(environment);
    if std::iter::once(hosts.to_owned())
        .chain(more.map(|(_, value)| value.clone()))
        .chain(variables)
        .any(|host| host.contains(','))
    {
        return Err(Error::usage("several hosts are given, and midflight connects to one")
            .hint("give the address of the primary; a name or a pooler that follows it will do"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, variables: &[(&str, &str)]) -> Result<PgConnectOptions> {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        options(url, |name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_would_be_left_out_is_refused() {
        for (url, variables, says) in [
            ("postgres://h/d?channel_binding=require", &[][..], "`channel_binding`"),
            ("postgres://h/d?sslmode=require&sslcrl=x", &[], "`sslcrl`"),
            ("postgres://h/d?target_session_attrs=read%2Dwrite", &[], "`target_session_attrs`"),
            ("postgres:///d", &[("PGSERVICE", "shop"), ("PGSERVICEFILE", "/nowhere")], "a service `shop`"),
            ("postgres://h1,h2/d", &[], "several hosts"),
            ("postgres://u:p@h1:1,h2:2/d", &[], "several hosts"),
            ("postgres:///d?host=h1,h2", &[], "several hosts"),
            ("postgres:///d", &[("PGHOST", "h1,h2")], "several hosts"),
            ("postgres://h/d", &[("PGSSLMODE", "verify_full")], "no TLS mode"),
            ("postgres://h/d?sslmode=verify_full", &[], "can't be read"),
            ("host=h dbname=d", &[], "not one of PostgreSQL"),
        ] {
            let error = read(url, variables).map(drop).unwrap_err();
            assert!(error.message.contains(says), "{url} {variables:?}: {}", error.message);
        }
    }

    #[test]
    fn what_asks_for_nothing_passes() {
        for (url, variables) in [
            ("postgres://h/d?channel_binding=prefer&target_session_attrs=any", &[][..]),
            ("postgres://h/d?ssl_min_protocol_version=TLSv1.2", &[("PGGSSENCMODE", "disable")]),
            ("postgres://u:a,b@h/d?schema=public&connection_limit=5", &[("PGSERVICE", "")]),
        ] {
            assert!(read(url, variables).is_ok(), "{url}");
        }
    }

    #[test]
    fn no_message_repeats_the_password() {
        for url in [
            "postgres://u:geheim@h:port/d",
            "postgres://u:ge/heim@h/d",
            "postgres://u:geheim@h/d?sslmode=x",
            "postgres://u:geheim@h/d?sslcrl=geheim",
            "postgres://u:geheim@h1,h2/d",
            "mysql://u:geheim@h/d",
            "user=u password=geheim",
        ] {
            let error = read(url, &[]).map(drop).unwrap_err();
            let told = format!("{error:?}");
            assert!(!told.contains("geheim") && !told.contains("heim@"), "{told}");
        }
    }
}
