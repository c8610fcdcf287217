//! What was done, kept in the database that is being migrated, so that it commits with the work.

mod applied;
mod control;
mod database;
mod fleet;
mod grants;
mod kept;
mod lease;
mod old_writes;
pub mod phase;
mod progress;
mod releases;
mod schema;
mod sessions;
mod soak;
mod step;
mod store;
mod story;
mod survey;
mod walk;

pub use control::Control;
pub use fleet::Member;
pub use grants::grants_hint;
pub use lease::{Fence, Lease};
pub use old_writes::OldWrites;
pub use phase::{Entry, Phase, Stage, StagePermit, Transition};
pub use progress::BackfillRow;
pub use sessions::OldSessions;
pub use step::StepStatus;
pub use store::{Audit, Record, StepRow, Store};
pub use story::{EventStory, Seat, StepStory, seat};
pub use survey::{Seen, Standing};
pub use walk::Reached;
