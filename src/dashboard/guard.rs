//! Who may ask, and who may change something. A browser sends requests of any page that it shows to any address that it
//! reaches: Host and Origin say on whose behalf.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Shorter ones could be guessed.
const SHORTEST_TOKEN: usize = 16;

/// What pause and resume take.
#[derive(Clone)]
pub struct Token(Vec<u8>);

/// The rules for requests.
#[derive(Clone)]
pub struct Guard {
    hosts: Vec<String>,
    token: Token,
}

impl Token {
    /// One that somebody gave.
    ///
    /// # Errors
    /// Exit 2 where it is short.
    pub fn given(text: &str) -> Result<Self> {
        if text.len() < SHORTEST_TOKEN || text.contains(char::is_whitespace) {
            return Err(Error::usage(format!(
                "the token in MIDFLIGHT_DASHBOARD_TOKEN has to have {SHORTEST_TOKEN} characters, and no white space"
            ))
            .hint("`openssl rand -hex 16` makes one; without the variable the dashboard makes its own"));
        }
        Ok(Self::of(text))
    }

    /// A new one, and its text.
    pub fn new() -> Result<(Self, String)> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((Self::of(&text), text))
    }

    /// Only the digest is kept and compared: how long that takes says nothing about the token.
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).to_vec())
    }
}

impl Guard {
    /// `hosts`: names besides addresses and `localhost` by which a browser may know the dashboard.
    pub fn new(hosts: &[String], token: Token) -> Self {
        Self { hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(), token }
    }

    /// A name that leads here and is not ours may belong to a page that wants to read along (DNS rebinding). An address
    /// can't.
    pub fn knows_host(&self, headers: &HeaderMap) -> bool {
        let Some(host) = single(headers, HOST).and_then(name) else { return false };
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || address.parse::<IpAddr>().is_ok() || self.hosts.contains(&host)
    }

    /// Programs send no Origin; a browser's has to be the page that it got here.
    pub fn knows_origin(&self, headers: &HeaderMap) -> bool {
        if headers.get_all(ORIGIN).iter().next().is_none() {
            return true;
        }
        let (Some(origin), Some(host)) = (single(headers, ORIGIN), single(headers, HOST)) else {
            return false;
        };
        let site = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        site.is_some_and(|site| site.eq_ignore_ascii_case(host))
    }

    /// Whether the token is there, in the one place where no log and no history keeps it.
    pub fn knows_token(&self, headers: &HeaderMap) -> bool {
        let given = single(headers, AUTHORIZATION).and_then(|text| text.strip_prefix("Bearer "));
        given.is_some_and(|given| Token::of(given.trim()).0 == self.token.0)
    }
}

/// The value of a header that is there once.
fn single(headers: &HeaderMap, header: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(header).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// The host without its port. Which port a tunnel has at its other end nobody knows here.
fn name(host: &str) -> Option<String> {
    let port = |text: &str| text.parse::<u16>().is_ok();
    let host = match host.rsplit_once(':') {
        Some((name, digits)) if port(digits) && (name.ends_with(']') || !name.contains(':')) => name,
        _ => host,
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Whether only this machine reaches an address.
pub fn is_local(address: &SocketAddr) -> bool {
    match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip == Ipv6Addr::LOCALHOST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn hosts_are_addresses_or_known() {
        let guard = Guard::new(&["Dash.example".to_owned()], Token::of("t"));
        for host in ["127.0.0.1:80", "localhost", "LOCALHOST:9", "[::1]:80", "10.1.2.3", "dash.example:443"] {
            assert!(guard.knows_host(&headers(&[(HOST, host)])), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "a@localhost", ""]
        {
            assert!(!guard.knows_host(&headers(&[(HOST, host)])), "{host}");
        }
        assert!(!guard.knows_host(&HeaderMap::new()));
    }

    #[test]
    fn an_origin_is_the_page_itself() {
        let guard = Guard::new(&[], Token::of("t"));
        let with = |origin| headers(&[(HOST, "127.0.0.1:80"), (ORIGIN, origin)]);
        assert!(guard.knows_origin(&with("http://127.0.0.1:80")));
        assert!(guard.knows_origin(&headers(&[(HOST, "127.0.0.1:80")])));
        for origin in ["http://127.0.0.1:81", "http://evil.example", "null", "http://127.0.0.1"] {
            assert!(!guard.knows_origin(&with(origin)), "{origin}");
        }
    }

    #[test]
    fn a_token_is_whole() {
        let (token, text) = Token::new().unwrap();
        let guard = Guard::new(&[], token);
        assert!(guard.knows_token(&headers(&[(AUTHORIZATION, &format!("Bearer {text}"))])));
        for wrong in [String::new(), text.clone(), format!("Bearer {}", &text[1..]), "Bearer ".to_owned()] {
            assert!(!guard.knows_token(&headers(&[(AUTHORIZATION, &wrong)])), "{wrong}");
        }
        assert!(Token::given("short").is_err() && Token::given("0123456789abcdef").is_ok());
    }
}
