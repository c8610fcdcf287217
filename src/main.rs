//! The command line: reads arguments, calls the library, turns its answer into an exit code.

use std::process::ExitCode;

use midflight::cli::{Cli, usage};
use midflight::commands::{self, context::Context};
use midflight::config::{SCHEMA_VARIABLE, Settings};
use midflight::db::Interrupt;
use midflight::error::Result;
use midflight::fleet::membership::Membership;
use midflight::output::{Color, Format, Printer};

/// Migrations are trees of small pieces: `lint` asks for memory all the time, on every processor.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let cli = match usage::read(&arguments) {
        Ok(cli) => cli,
        Err(usage::Stop::Told(text)) => {
            // A reader that has gone away is not an error.
            let _ = text.print();
            return ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2));
        }
        Err(usage::Stop::Document(error)) => {
            Printer::new(Format::Json, Color::Never, false, false).error(&error);
            return ExitCode::from(error.kind.exit_code());
        }
    };
    let reader = cli.reader();
    let format = *reader.as_ref().unwrap_or(&Format::Human);
    let printer = Printer::new(format, cli.color, cli.quiet, cli.verbose);
    match reader.and_then(|_| run(cli, printer)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.reported {
                printer.error(&error);
            }
            ExitCode::from(error.kind.exit_code())
        }
    }
}

fn run(cli: Cli, printer: Printer) -> Result<()> {
    let mut settings = Settings::load(cli.config.as_deref())?;
    let given = cli.database_url.clone().filter(|url| !url.is_empty());
    settings.database_url = given.or(settings.database_url);
    settings.schema =
        std::env::var(SCHEMA_VARIABLE).ok().filter(|schema| !schema.is_empty()).unwrap_or(settings.schema);
    settings.fleet = Membership::given(|name| std::env::var(name).ok())?;
    let within_fleet = settings.fleet.is_some();
    settings.migrations = cli.migrations.clone().unwrap_or(settings.migrations);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let context = Context { settings, printer, interrupt: interrupt(within_fleet)? };
        commands::run(cli, &context).await
    })
}

/// Ctrl-C and SIGTERM ask the work to stop at the next safe point. A second one ends the process.
fn interrupt(within_fleet: bool) -> Result<Interrupt> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = tokio::sync::watch::channel(false);
    if within_fleet {
        let sender = sender.clone();
        std::thread::spawn(move || end_with_the_fleet(&sender));
    }
    let mut int = signal(SignalKind::interrupt()).map_err(anyhow::Error::from)?;
    let mut term = signal(SignalKind::terminate()).map_err(anyhow::Error::from)?;
    tokio::spawn(async move {
        loop {
            tokio::select! { _ = int.recv() => {}, _ = term.recv() => {} }
            if sender.send_replace(true) {
                #[expect(
                    clippy::exit,
                    reason = "the user insists; the database undoes what is not committed"
                )]
                std::process::exit(130);
            }
        }
    });
    Ok(Interrupt::new(receiver))
}

/// A fleet's runner holds the other end of standard input. Where that is closed, the user has interrupted it, or it is gone.
fn end_with_the_fleet(sender: &tokio::sync::watch::Sender<bool>) {
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    sender.send_replace(true);
}
