//! GitHub's comments of a pull request, for an action under test

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};

/// The token that the server knows.
pub const TOKEN: &str = "ghs_token-of-the-job";

/// The comments of pull request 7 of `acme/shop`.
#[derive(Clone)]
pub struct Comments {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    comments: Vec<Comment>,
    writes: Vec<String>,
    read_only: bool,
}

struct Comment {
    id: usize,
    bot: bool,
    body: String,
}

impl Comments {
    /// Serves them until the test ends.
    pub async fn serve() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let comments = Self { url, state: Arc::default() };
        let served = comments.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let comments = served.clone();
                let answer = hyper::service::service_fn(move |request| {
                    let comments = comments.clone();
                    async move { Ok::<_, Infallible>(comments.answer(request).await) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer),
                );
            }
        });
        comments
    }

    /// Where they are.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From here on the token may only read, as a fork's.
    pub fn forbid_writing(&self) {
        self.state().read_only = true;
    }

    /// Adds a comment of a person.
    pub fn add(&self, body: &str) {
        self.push(false, body.to_owned());
    }

    /// The texts, and whether they are a bot's.
    pub fn all(&self) -> Vec<(bool, String)> {
        self.state().comments.iter().map(|comment| (comment.bot, comment.body.clone())).collect()
    }

    /// The bot's texts.
    pub fn of_bots(&self) -> Vec<String> {
        self.all().into_iter().filter(|(bot, _)| *bot).map(|(_, body)| body).collect()
    }

    /// The methods of requests that wanted to write.
    pub fn writes(&self) -> Vec<String> {
        self.state().writes.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn push(&self, bot: bool, body: String) -> usize {
        let comments = &mut self.state().comments;
        let id = 1000 + comments.len();
        comments.push(Comment { id, bot, body });
        id
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (status, document) = self.document(request).await;
        let mut response = Response::new(Full::from(document.to_string()));
        *response.status_mut() = status;
        response
    }

    async fn document(&self, request: Request<Incoming>) -> (StatusCode, Value) {
        let authorization = request.headers().get(header::AUTHORIZATION).map(|value| value.to_str().unwrap());
        if authorization != Some(format!("Bearer {TOKEN}").as_str()) {
            return (StatusCode::UNAUTHORIZED, json!({"message": "Bad credentials"}));
        }
        let refused =
            || (StatusCode::FORBIDDEN, json!({"message": "Resource not accessible by integration"}));
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        if path == "/user" {
            return refused(); // the token of a job belongs to no user
        }
        if method == Method::GET {
            assert_eq!(path, "/repos/acme/shop/issues/7/comments");
            return (StatusCode::OK, self.page(request.uri().query().unwrap()));
        }
        self.state().writes.push(method.to_string());
        if self.state().read_only {
            return refused();
        }
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let text = body["body"].as_str().unwrap().to_owned();
        assert!(text.chars().count() <= 65_536, "longer than GitHub takes");
        if method == Method::POST {
            assert_eq!(path, "/repos/acme/shop/issues/7/comments");
            return (StatusCode::CREATED, json!({"id": self.push(true, text)}));
        }
        assert_eq!(method, Method::PATCH);
        let id: usize = path.strip_prefix("/repos/acme/shop/issues/comments/").unwrap().parse().unwrap();
        let mut state = self.state();
        state.comments.iter_mut().find(|comment| comment.id == id).unwrap().body = text;
        (StatusCode::OK, json!({"id": id}))
    }

    fn page(&self, query: &str) -> Value {
        let query: HashMap<&str, usize> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(key, value)| (key, value.parse().unwrap()))
            .collect();
        let (size, page) = (query["per_page"].min(100), query["page"]);
        let state = self.state();
        let comments = state.comments.iter().skip((page - 1) * size).take(size);
        let document = |comment: &Comment| {
            let (login, kind) = if comment.bot { ("github-actions[bot]", "Bot") } else { ("ann", "User") };
            json!({"id": comment.id, "body": comment.body, "user": {"login": login, "type": kind}})
        };
        comments.map(document).collect()
    }
}
