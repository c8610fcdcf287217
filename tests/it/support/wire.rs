//! A wire between a program and the server that stops at a chosen moment: the program can then be killed, its
//! connection cut, or another runner be let past it
//!
//! Between two messages on the wire a process does nothing that lasts. So the moments around its messages are all
//! moments at which it can die, as far as the database can tell, and counting them reaches each.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinSet,
};

/// Where the wire stops: at the n-th message of a kind, on whichever connection it comes.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub side: Side,
    /// From 1
    pub nth: usize,
}

/// Which messages count, and on which side of them the wire stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// What changes something for good (the COMMIT of a transaction that wrote, or a statement outside transactions)
    /// has not reached the server
    Before,
    /// It has, and the server has answered; the answer has not reached the program
    After,
    /// A transaction, or a statement outside of one, has not reached the server: the program holds nothing there
    Idle,
}

/// A wire that stops once.
pub struct Wire {
    url: String,
    stop: Arc<Stop>,
    _connections: JoinSet<()>,
}

impl Wire {
    /// A wire to the server of this URL.
    pub async fn new(url: &str, point: Point) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stop =
            Arc::new(Stop { point, seen: AtomicUsize::new(0), state: watch::Sender::new(State::Open) });
        let options: PgConnectOptions = url.parse().unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut connections = JoinSet::new();
        connections.spawn(accept(listener, options, stop.clone()));
        Self { url: redirected(url, port), stop, _connections: connections }
    }

    /// The database's URL through the wire.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the wire has stopped.
    pub async fn stopped(&self) {
        self.stop.state.subscribe().wait_for(|state| *state == State::Stopped).await.unwrap();
    }

    /// Closes the connection that stopped. Others go on, and new ones are let through.
    pub fn cut(&self) {
        self.stop.state.send_replace(State::Cut);
    }

    /// Lets the message pass after all.
    pub fn go_on(&self) {
        self.stop.state.send_replace(State::Passed);
    }
}

/// What all connections of a wire share.
struct Stop {
    point: Point,
    seen: AtomicUsize,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Stopped,
    Cut,
    Passed,
}

impl Stop {
    /// Whether this statement is the one.
    fn is_at(&self, sql: &str, talk: Talk) -> bool {
        // A transaction may set its search_path back on the way out.
        let word = if sql.ends_with("; COMMIT") { "COMMIT" } else { first_word(sql) };
        let counts = match (word, self.point.side) {
            ("BEGIN", side) => side == Side::Idle,
            ("COMMIT", side) => side != Side::Idle && talk.wrote,
            ("ROLLBACK" | "SELECT" | "SET" | "RESET", _) => false,
            _ => talk.outside,
        };
        counts && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.point.nth
    }

    async fn halt(&self) -> io::Result<()> {
        self.state.send_replace(State::Stopped);
        let state = *self.state.subscribe().wait_for(|state| *state != State::Stopped).await.unwrap();
        if state == State::Cut { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// What is known of a connection's transaction.
#[derive(Clone, Copy)]
struct Talk {
    outside: bool,
    wrote: bool,
    /// The reply is the one to stop at.
    awaited: bool,
}

async fn accept(listener: TcpListener, options: PgConnectOptions, stop: Arc<Stop>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let (options, stop) = (options.clone(), stop.clone());
        connections.spawn(async move {
            let port = options.get_port();
            match options.get_socket() {
                Some(dir) => {
                    let socket = UnixStream::connect(dir.join(format!(".s.PGSQL.{port}"))).await;
                    let (replies, requests) = socket.unwrap().into_split();
                    carry(client, replies, requests, &stop).await;
                }
                None => {
                    let server = TcpStream::connect((options.get_host(), port)).await.unwrap();
                    let (replies, requests) = server.into_split();
                    carry(client, replies, requests, &stop).await;
                }
            }
        });
    }
}

/// Carries messages both ways until either end is closed; then both are.
async fn carry(
    client: TcpStream,
    mut from_server: impl AsyncRead + Unpin,
    mut to_server: impl AsyncWrite + Unpin,
    stop: &Stop,
) {
    client.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let talk = Mutex::new(Talk { outside: true, wrote: false, awaited: false });
    // How a conversation ends is not told; those who talk find out.
    tokio::select! {
        _ = requests(&mut from_client, &mut to_server, stop, &talk) => {}
        _ = replies(&mut from_server, &mut to_client, stop, &talk) => {}
    }
}

async fn requests(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    stop: &Stop,
    talk: &Mutex<Talk>,
) -> io::Result<()> {
    // The first message has no kind.
    let startup = body(from, &mut Vec::new()).await?;
    to.write_all(&startup).await?;
    loop {
        let message = message(from).await?;
        let now = *talk.lock().unwrap();
        if message[0] == b'Q' && stop.is_at(&text(&message), now) {
            match stop.point.side {
                Side::Before | Side::Idle => stop.halt().await?,
                Side::After => talk.lock().unwrap().awaited = true,
            }
        }
        to.write_all(&message).await?;
    }
}

async fn replies(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    stop: &Stop,
    talk: &Mutex<Talk>,
) -> io::Result<()> {
    let mut withheld = Vec::new();
    loop {
        let message = message(from).await?;
        let awaited = {
            let mut talk = talk.lock().unwrap();
            match message[0] {
                b'C' => talk.wrote |= writes(&text(&message)),
                b'Z' => {
                    talk.outside = message[5] == b'I';
                    talk.wrote &= !talk.outside;
                }
                _ => {}
            }
            talk.awaited
        };
        withheld.extend_from_slice(&message);
        if awaited && message[0] == b'Z' {
            talk.lock().unwrap().awaited = false;
            stop.halt().await?;
        }
        if !talk.lock().unwrap().awaited {
            to.write_all(&std::mem::take(&mut withheld)).await?;
        }
    }
}

/// Whether a command that the server reports as done has changed anything.
fn writes(tag: &str) -> bool {
    let reads =
        ["BEGIN", "COMMIT", "LOCK", "RELEASE", "RESET", "ROLLBACK", "SAVEPOINT", "SELECT", "SET", "SHOW"];
    !reads.contains(&first_word(tag)) && !tag.ends_with(" 0")
}

/// A message with its kind and length.
async fn message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let kind = from.read_u8().await?;
    body(from, &mut vec![kind]).await
}

async fn body(from: &mut (impl AsyncRead + Unpin), message: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let start = message.len();
    message.resize(start + length as usize - 4, 0);
    from.read_exact(&mut message[start..]).await?;
    Ok(std::mem::take(message))
}

/// What follows kind and length, up to the closing zero.
fn text(message: &[u8]) -> String {
    String::from_utf8_lossy(&message[5..message.len() - 1]).into_owned()
}

fn first_word(sql: &str) -> &str {
    sql.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default()
}

/// The URL with another address, and without encryption, which the wire couldn't read.
fn redirected(url: &str, port: u16) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = address.split_once("://").unwrap();
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let login = authority.rsplit_once('@').map_or(String::new(), |(login, _)| format!("{login}@"));
    let kept = query.split('&').filter(|pair| {
        !pair.is_empty() && !["host=", "port=", "sslmode="].iter().any(|name| pair.starts_with(name))
    });
    let query: String = kept.map(|pair| format!("&{pair}")).collect();
    format!("{scheme}://{login}127.0.0.1:{port}/{database}?sslmode=disable{query}")
}
