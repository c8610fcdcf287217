//! `dashboard`: the page of `report`, live.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, lookup_host};

use super::context::Context;
use super::control::change;
use super::report::{files, look};
use super::status;
use crate::config::{Pace, Span};
use crate::dashboard::{Control, Dashboard, Guard, Look, Token, Watch, is_local};
use crate::db::Session;
use crate::error::{Error, Result};
use crate::http;
use crate::output::page::Report;

/// Where a token may be given: flags are seen by everybody on the machine.
const TOKEN_VARIABLE: &str = "MIDFLIGHT_DASHBOARD_TOKEN";

/// Show the page of `report` in a browser, kept up to date
///
/// Reading rights suffice. While nobody looks, the database is asked nothing; else one round of questions an interval,
/// however many look. Where the database goes away the page says so and shows what it saw last. Pausing and resuming take a
/// token, which is printed once, or given as MIDFLIGHT_DASHBOARD_TOKEN; reading takes none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Changes: nothing; with the token what `pause` and `resume` change. Locks: nothing.
Exits with: 0 after Ctrl-C or SIGTERM, 2 the port is taken, or the address is not this machine's alone, 30 no database at the start.

Examples:
  midflight dashboard
  midflight dashboard --listen 127.0.0.1:9000 --every 5s
  midflight dashboard --listen 0.0.0.0:8321 --allow-remote   behind a proxy that asks who you are
  curl -s http://127.0.0.1:8321/report.json                  the same for programs")]
pub struct DashboardArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8321")]
    pub listen: String,
    /// How often to look
    #[arg(long, value_name = "DURATION", default_value = "2s")]
    pub every: Span,
    /// Listen on an address that other machines reach: whoever reaches it may read
    #[arg(long)]
    pub allow_remote: bool,
    /// A name by which browsers may know it, besides addresses and `localhost`; may be given several times
    #[arg(long = "allow-host", value_name = "NAME")]
    pub allow_hosts: Vec<String>,
}

/// Serves until it is interrupted.
pub async fn run(args: &DashboardArgs, context: &Context) -> Result<()> {
    let every = args.every.0.max(Duration::from_millis(500));
    let listener = listen(&args.listen, args.allow_remote).await?;
    let address = listener.local_addr().map_err(anyhow::Error::from)?;
    let (token, printed) = match std::env::var(TOKEN_VARIABLE).ok().filter(|text| !text.is_empty()) {
        Some(given) => (Token::given(&given)?, None),
        None => Token::new().map(|(token, text)| (token, Some(text)))?,
    };
    let context = Arc::new(context.clone());
    let mut session = context.connect().await?;
    let files = files(&mut session, &context).await?;
    let first = look(&[], &files, status::Look::STATE, &mut session, &context).await?;
    let dashboard = Arc::new(Dashboard {
        watch: Watch::new(first, every),
        guard: Guard::new(&args.allow_hosts, token),
        control: Controls { context: context.clone() },
        every_seconds: every.as_secs().max(1),
    });
    greet(&address, printed.as_deref(), &context);
    let eyes = Eyes { context: context.clone(), files, session: Some(session) };
    let asked = dashboard.clone();
    let mut interrupt = context.interrupt.clone();
    tokio::select! {
        () = http::serve(listener, move |request| asked.clone().answer(request)) => {}
        () = dashboard.watch.run(eyes) => {}
        () = interrupt.fired() => {}
    }
    Ok(())
}

async fn listen(address: &str, allow_remote: bool) -> Result<TcpListener> {
    let wrong = |error: std::io::Error| {
        Error::usage(format!("can't listen on {address}: {error}"))
            .hint("give another with `--listen 127.0.0.1:PORT`; port 0 takes any that is free")
    };
    let places: Vec<SocketAddr> = lookup_host(address).await.map_err(wrong)?.collect();
    if !allow_remote && let Some(place) = places.iter().find(|place| !is_local(place)) {
        return Err(Error::usage(format!("other machines reach {place}, and whoever reaches the dashboard may read it"))
            .hint("listen on 127.0.0.1 and use a tunnel (`ssh -L 8321:127.0.0.1:8321 HOST`), or say `--allow-remote`"));
    }
    TcpListener::bind(&places[..]).await.map_err(wrong)
}

fn greet(address: &SocketAddr, token: Option<&str>, context: &Context) {
    let url = format!("http://{address}/");
    if context.for_machines() {
        let document = serde_json::json!({ "schema_version": 1, "url": url, "token": token });
        return context.printer.json(&document);
    }
    let mut text = format!("dashboard at {url} (Ctrl-C ends it)");
    if let Some(token) = token {
        text.push_str(&format!("\ntoken for pause and resume: {token}"));
    }
    context.printer.out(&text);
}

/// A round of questions.
struct Eyes {
    context: Arc<Context>,
    files: Vec<String>,
    session: Option<Session>,
}

impl Look for Eyes {
    async fn look(&mut self) -> Result<Report> {
        let session = match &mut self.session {
            Some(session) => session,
            lost => lost.insert(self.context.connect().await?),
        };
        look(&[], &self.files, status::Look::STATE, session, &self.context).await
    }

    fn give_up(&mut self) {
        self.session = None;
    }
}

/// What `pause` and `resume` do.
struct Controls {
    context: Arc<Context>,
}

impl Control for Controls {
    async fn set(&self, migration: &str, paused: bool) -> Result<()> {
        change(&[migration.to_owned()], paused, &Pace::default(), false, &self.context).await.map(drop)
    }
}
