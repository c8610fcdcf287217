//! One migration in many databases: which targets there are, in which order they are worked on, and what became of each.
//! The ordinary command does the work, as a process of its own for each target; the state lives in the targets.

mod child;
mod file;
mod gates;
mod look;
pub mod membership;
mod report;
mod secret;
mod shard;
mod standing;
mod targets;
mod waves;
mod work;

pub use child::Order;
pub use file::{Budget, Fleet};
pub use gates::{Closed, wait};
pub use look::{Found, look};
pub use report::{Finished, Outcome, Report, WaveOutcome, WaveReport};
pub use shard::{Shard, Written as ShardArgument};
pub use standing::{Goal, Passed, passed, some};
pub use targets::{Target, resolve};
pub use waves::{Wave, assign};
pub use work::{Crew, Listener};
