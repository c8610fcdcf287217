//! What was done, kept in the database that is being migrated, so that it commits with the work.

mod control;
mod lease;
pub mod phase;
mod releases;
mod schema;
mod sessions;
mod soak;
mod store;
mod walk;

pub use control::Control;
pub use lease::{Fence, Lease};
pub use phase::{Entry, Phase, Stage};
pub use releases::Releases;
pub use sessions::{OldSessions, SessionGroup};
pub use store::{Audit, BackfillRow, OldWrites, Record, StepRow, Store};
