//! A gate that is asked by a GET. Only the status decides.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use hyper::http::uri::{Authority, PathAndQuery};
use hyper::{Request, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::percent_decode_str;

/// Asks a URL. Redirects are not followed: where they lead is not what was asked.
pub(super) async fn ask(url: &str) -> Result<(), String> {
    let target = Target::parse(url)?;
    let mut request = Request::get(target.uri.clone()).header(USER_AGENT, "midflight");
    if let Some(login) = &target.login {
        request = request.header(AUTHORIZATION, login);
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| error.to_string())?;
    let client = Client::builder(TokioExecutor::new());
    let answer = if target.uri.scheme_str() == Some("https") {
        // The machine's own certificates, or those of SSL_CERT_FILE.
        let tls = HttpsConnectorBuilder::new().with_native_roots();
        let tls = tls.map_err(|error| format!("can't read this machine's certificates: {error}"))?;
        let mut plain = HttpConnector::new();
        plain.enforce_http(false);
        client.build(tls.https_only().enable_http1().wrap_connector(plain)).request(request).await
    } else {
        client.build_http().request(request).await
    };
    let shown = target.shown();
    let status = match answer {
        Ok(answer) => answer.status(),
        Err(error) => {
            let failed = if error.is_connect() { "can't connect to" } else { "no answer from" };
            return Err(format!("{failed} {shown}: {}", anyhow::Error::new(error).root_cause()));
        }
    };
    if status.is_success() { Ok(()) } else { Err(format!("{shown} answers {status}")) }
}

/// What a URL names, the secrets in it apart.
struct Target {
    uri: Uri,
    login: Option<HeaderValue>,
}

impl Target {
    fn parse(url: &str) -> Result<Self, String> {
        // Neither may the message show what can't be read: it may hold a password.
        let wrong = || "the URL is none of http:// or https://".to_owned();
        let mut parts = url.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        let scheme = parts.scheme.as_ref().map(|scheme| scheme.as_str());
        let authority = parts.authority.take().ok_or_else(wrong)?;
        if !matches!(scheme, Some("http" | "https")) {
            return Err(wrong());
        }
        let (login, place) = match authority.as_str().rsplit_once('@') {
            Some((login, place)) => (Some(basic(login)?), place.parse::<Authority>().map_err(|_| wrong())?),
            None => (None, authority),
        };
        parts.authority = Some(place);
        parts.path_and_query.get_or_insert(PathAndQuery::from_static("/"));
        Ok(Self { uri: Uri::from_parts(parts).map_err(|_| wrong())?, login })
    }

    /// For messages: a query may hold a key.
    fn shown(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let place = self.uri.authority().map_or("", Authority::as_str);
        format!("{scheme}://{place}{}", self.uri.path())
    }
}

/// `user:password` of a URL, as the header that says so.
fn basic(login: &str) -> Result<HeaderValue, String> {
    let plain: Vec<u8> = percent_decode_str(login).collect();
    let value = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(plain)));
    let mut value = value.map_err(|error| error.to_string())?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sent_and_never_shown() {
        let target = Target::parse("https://me:p%40ss@shop.internal:8443/health?key=secret").unwrap();
        assert_eq!(target.shown(), "https://shop.internal:8443/health");
        assert_eq!(target.uri.to_string(), "https://shop.internal:8443/health?key=secret");
        // of `me:p@ss`
        assert_eq!(target.login.unwrap().to_str().unwrap(), "Basic bWU6cEBzcw==");
    }

    #[test]
    fn what_is_no_address_is_said_without_repeating_it() {
        for wrong in ["ftp://me:secret@x/", "shop:secret", "/health", "http://", "http://a b"] {
            let why = Target::parse(wrong).err().unwrap();
            assert!(why.contains("http://") && !why.contains("secret"), "{wrong}: {why}");
        }
        assert_eq!(Target::parse("http://x").unwrap().shown(), "http://x/");
    }
}
