//! `midflight dashboard`: the page of `report`, kept up to date. Whoever reaches the address may read; pause and resume
//! take a token.

mod guard;
mod watch;

use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, StatusCode};
use serde_json::json;

use crate::error::{Error, Result};
use crate::http::{Answer, answer};
use crate::output::page;
pub use guard::{Guard, Token, is_local};
pub use watch::{Look, Watch};

/// Only what comes from here, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The longest request that is read.
const LONGEST_BODY: usize = 16 * 1024;

/// Pauses a migration, or lets it go on.
pub trait Control: Send + Sync + 'static {
    /// Does it.
    fn set(&self, migration: &str, paused: bool) -> impl Future<Output = Result<()>> + Send;
}

/// All that an answer needs.
pub struct Dashboard<C> {
    /// What is shown.
    pub watch: Watch,
    /// Who may ask.
    pub guard: Guard,
    /// What a viewer may do.
    pub control: C,
    /// How often a page asks.
    pub every_seconds: u64,
}

impl<C: Control> Dashboard<C> {
    /// Answers a request.
    pub async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let mut response = self.unguarded(request).await;
        let headers = response.headers_mut();
        for (name, value) in [
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "no-referrer"),
            (CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    async fn unguarded(&self, request: Request<Incoming>) -> Answer {
        if !self.guard.knows_host(request.headers()) {
            let error = Error::usage("the request is for a host that is not this dashboard")
                .hint("`--allow-host NAME` adds a name by which browsers may know it");
            return refused(StatusCode::MISDIRECTED_REQUEST, &error);
        }
        if !self.guard.knows_origin(request.headers()) {
            return refused(StatusCode::FORBIDDEN, &Error::usage("the request comes from another page"));
        }
        let path = request.uri().path().to_owned();
        match (request.method(), path.as_str()) {
            (&Method::GET | &Method::HEAD, path) => self.shown(path).await,
            (&Method::POST, "/pause") => self.set(request, true).await,
            (&Method::POST, "/resume") => self.set(request, false).await,
            _ => refused(StatusCode::METHOD_NOT_ALLOWED, &Error::usage("nothing is done that way here")),
        }
    }

    async fn shown(&self, path: &str) -> Answer {
        const HTML: &str = "text/html; charset=utf-8";
        let view = match path {
            "/" | "/fragment" | "/report.json" => self.watch.view().await,
            "/page.css" => return answer(StatusCode::OK, "text/css; charset=utf-8", page::STYLE),
            "/page.js" => return answer(StatusCode::OK, "text/javascript; charset=utf-8", page::SCRIPT),
            "/favicon.ico" => return answer(StatusCode::NO_CONTENT, "image/x-icon", ""),
            _ => return refused(StatusCode::NOT_FOUND, &Error::usage("there is no such page here")),
        };
        let lost = view.lost.as_ref().map(|(message, since)| {
            let since = humantime::format_duration(std::time::Duration::from_secs(since.elapsed().as_secs()));
            format!("The database can't be asked, for {since} now: {message}.")
        });
        match path {
            "/" => {
                answer(StatusCode::OK, HTML, page::live(&view.report, lost.as_deref(), self.every_seconds))
            }
            "/fragment" => {
                answer(StatusCode::OK, HTML, page::fragment(&view.report, lost.as_deref()).into_string())
            }
            _ => match serde_json::to_value(&*view.report) {
                Ok(mut document) => {
                    document["unreachable"] = view.lost.map_or(serde_json::Value::Null, |(message, since)| {
                        json!({ "message": message, "seconds": since.elapsed().as_secs() })
                    });
                    answer(StatusCode::OK, "application/json", format!("{document:#}\n"))
                }
                Err(error) => refused(StatusCode::INTERNAL_SERVER_ERROR, &anyhow::Error::from(error).into()),
            },
        }
    }

    /// Pause and resume: the token first, then a body that no plain form of another page can send.
    async fn set(&self, request: Request<Incoming>, paused: bool) -> Answer {
        if !self.guard.knows_token(request.headers()) {
            let error = Error::usage("the token is missing or wrong")
                .hint("it stands where the dashboard was started, or in MIDFLIGHT_DASHBOARD_TOKEN there");
            let mut response = refused(StatusCode::UNAUTHORIZED, &error);
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            return response;
        }
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let is_json = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json");
        let body = Limited::new(request.into_body(), LONGEST_BODY).collect().await;
        let named = body.ok().filter(|_| is_json).and_then(|body| {
            let body: serde_json::Value = serde_json::from_slice(&body.to_bytes()).ok()?;
            Some(body["migration"].as_str()?.to_owned())
        });
        let Some(migration) = named else {
            let error = Error::usage("the body has to be JSON: `{\"migration\": \"0007_split_name\"}`");
            return refused(StatusCode::BAD_REQUEST, &error);
        };
        match self.control.set(&migration, paused).await {
            Ok(()) => {
                let done = if paused { "paused" } else { "resumed" };
                let document = json!({ "schema_version": 1, (done): [migration] });
                answer(StatusCode::OK, "application/json", format!("{document}\n"))
            }
            Err(error) => refused(StatusCode::CONFLICT, &error),
        }
    }
}

/// The same document as that of a command that fails.
fn refused(status: StatusCode, error: &Error) -> Answer {
    answer(status, "application/json", format!("{:#}\n", error.to_json()))
}
