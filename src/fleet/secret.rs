//! Database URLs of targets: they reach the connection and the environment of a command, and nothing else.

use std::fmt;

use percent_encoding::percent_decode_str;

/// What stands in place of a password.
const HIDDEN: &str = "***";

/// A URL that may hold a password.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretUrl(String);

impl SecretUrl {
    /// Takes a URL in.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL itself, for who connects.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A text of others without this URL's password, in whatever spelling.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = redact(text);
        for password in self.passwords() {
            text = text.replace(&password, HIDDEN);
        }
        text
    }

    /// The password as it is written and as it is meant.
    fn passwords(&self) -> Vec<String> {
        let rest = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let user = address.rsplit_once('@').map_or("", |(user, _)| user);
        let in_user = user.split_once(':').map(|(_, password)| password);
        let in_query = query.split('&').filter_map(|pair| pair.strip_prefix("password="));
        let written = in_user.into_iter().chain(in_query).filter(|password| !password.is_empty());
        written
            .flat_map(|password| {
                [password.to_owned(), percent_decode_str(password).decode_utf8_lossy().into_owned()]
            })
            .collect()
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl")
    }
}

/// A text in which what stands between `://user:` and `@` can't be read.
pub fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '/' | '?'));
        // a password may hold any of these, written by hand: up to the last `@` of the word
        let word = after.find(|c: char| c.is_whitespace()).unwrap_or(after.len());
        let address = &after[..word];
        let at = address.rfind('@').or_else(|| end.and_then(|end| after[..end].rfind('@')));
        match at.and_then(|at| after[..at].find(':').map(|colon| (colon, at))) {
            Some((colon, at)) => {
                out.push_str(&after[..=colon]);
                out.push_str(HIDDEN);
                rest = &after[at..];
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_a_password_is_left() {
        let url = SecretUrl::new("postgres://app:ge%40heim@db/x?sslmode=require");
        assert_eq!(format!("{url:?}"), "SecretUrl");
        for text in
            ["says ge@heim", "says ge%40heim", "postgres://app:ge%40heim@db/x", "`postgres://app:ge@heim@db`"]
        {
            let scrubbed = url.scrub(text);
            assert!(!scrubbed.contains("heim"), "{scrubbed}");
        }
        assert_eq!(
            redact("url: \"postgres://a:b/c@d@h/x\", then http://plain/x"),
            "url: \"postgres://a:***@h/x\", then http://plain/x"
        );
        let given = SecretUrl::new("postgres://app@db/x?password=s3cret");
        assert_eq!(given.scrub("a s3cret"), "a ***");
    }
}
