//! An application's health check

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Answers every request with the same status until it is told another
pub struct Health {
    origin: String,
    state: Arc<State>,
}

struct State {
    status: AtomicU16,
    requests: Mutex<Vec<String>>,
}

impl Health {
    /// One that is well
    pub async fn start() -> Self {
        Self::serve(None).await
    }

    /// The same behind TLS, and its certificate, which no machine knows
    pub async fn start_with_tls() -> (Self, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        (Self::serve(Some(TlsAcceptor::from(Arc::new(config)))).await, made.cert.pem())
    }

    async fn serve(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let origin = if tls.is_some() { "https://localhost" } else { "http://127.0.0.1" };
        let state = Arc::new(State { status: AtomicU16::new(200), requests: Mutex::default() });
        let told = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match &tls {
                    None => answer(stream, &told).await,
                    Some(tls) => {
                        // who doesn't trust the certificate leaves here
                        if let Ok(stream) = tls.accept(stream).await {
                            answer(stream, &told).await;
                        }
                    }
                }
            }
        });
        Self { origin: format!("{origin}:{port}"), state }
    }

    /// Where to ask
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What it answers from now on
    pub fn answers(&self, status: u16) {
        self.state.status.store(status, Ordering::Relaxed);
    }

    /// The heads of all requests so far
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: &State) {
    let mut head = [0; 2048];
    let read = stream.read(&mut head).await.unwrap_or_default();
    state.requests.lock().unwrap().push(String::from_utf8_lossy(&head[..read]).into_owned());
    let status = state.status.load(Ordering::Relaxed);
    let answer = format!(
        "HTTP/1.1 {status} x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
