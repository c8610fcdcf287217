//! What has to hold between two waves: the soak is over, and the gates stay open all through it.

use std::time::Duration;

use tokio::time::Instant;

use super::file::{Fleet, Gate, WaveSpec};
use crate::db::Interrupt;
use crate::error::Result;
use crate::exec;

/// How many times in a row a gate has to say no.
const NOES: u32 = 3;

/// Why the next wave may not begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Closed {
    /// These gates say no.
    Gates(Vec<String>),
    /// So much of the soak is left.
    Soak(Duration),
}

/// The gates of a wave: those of the fleet and its own.
pub fn of<'f>(fleet: &'f Fleet, wave: Option<&'f WaveSpec>) -> Vec<&'f Gate> {
    fleet.gates.iter().chain(wave.into_iter().flat_map(|wave| &wave.gates)).collect()
}

/// Waits until a wave has stood for as long as it has to since `changed` ago, and asks its gates meanwhile. At the end every
/// one has answered yes last.
///
/// # Errors
/// Exit 130.
pub async fn wait(
    fleet: &Fleet,
    wave: Option<&WaveSpec>,
    changed: Option<Duration>,
    may_wait: bool,
    interrupt: &mut Interrupt,
) -> Result<Result<(), Closed>> {
    let gates = of(fleet, wave);
    let soak = wave.map_or(Duration::ZERO, |wave| wave.soak);
    let left = changed.map_or(Duration::ZERO, |changed| soak.saturating_sub(changed));
    if gates.is_empty() && left.is_zero() {
        return Ok(Ok(()));
    }
    let end = Instant::now() + left;
    let mut noes = vec![0; gates.len()];
    loop {
        let mut closed = Vec::new();
        for (gate, noes) in gates.iter().zip(&mut noes) {
            match ask(gate).await {
                Ok(()) => *noes = 0,
                Err(why) => {
                    *noes += 1;
                    closed.push((*noes, format!("gate `{}`: {why}", gate.name())));
                }
            }
        }
        interrupt.check()?;
        if closed.iter().any(|(noes, _)| *noes >= NOES) {
            return Ok(Err(Closed::Gates(closed.into_iter().map(|(_, why)| why).collect())));
        }
        let now = Instant::now();
        if closed.is_empty() && now >= end {
            return Ok(Ok(()));
        }
        if closed.is_empty() && !may_wait {
            return Ok(Err(Closed::Soak(end - now)));
        }
        let pause = if now < end { fleet.gate_every.min(end - now) } else { fleet.gate_every };
        interrupt.sleep(pause).await?;
    }
}

async fn ask(gate: &Gate) -> Result<(), String> {
    match gate {
        Gate::Command { command, .. } => exec::ask_command(command).await,
        Gate::Http { url, .. } => exec::ask_http(url.reveal()).await.map_err(|why| url.scrub(&why)),
    }
}
