//! A stack for reading SQL, and as many of them as there are processors.

use std::cell::Cell;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use crate::error::{Error, Kind, Result};

/// Virtual memory only: an expression with a million operands is a tree as deep, and dropping it takes as many
/// stack frames.
const BYTES: usize = 512 * 1024 * 1024;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Does work on such a stack. Inside of other work on one, that one serves: a thread takes longer to start than most
/// files take to read.
///
/// # Errors
/// When there is no memory for the stack, or the work dies.
pub fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    if IS_DEEP.get() {
        return Ok(work());
    }
    let failed = || Error::new(Kind::Failed, "migrations can't be read: out of memory");
    let work = || {
        IS_DEEP.set(true);
        work()
    };
    std::thread::scope(|scope| {
        let thread = Builder::new().stack_size(BYTES).spawn_scoped(scope, work).map_err(|_| failed())?;
        thread.join().map_err(|_| failed())
    })
}

/// Does work on each item, several side by side; the answers are in the order of the items. An item is made when a
/// thread is free for it, so that what items need of earlier ones can be worked out meanwhile. Threads that can't be
/// started are done without.
pub fn side_by_side<T: Send, R: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let helpers = processors.min(items.len()).saturating_sub(1);
    let items = Mutex::new(items.enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let share =
        || -> Vec<(usize, R)> { std::iter::from_fn(next).map(|(place, item)| (place, work(item))).collect() };
    let help = || {
        IS_DEEP.set(true);
        share()
    };
    let mut answers = std::thread::scope(|scope| {
        let start = |_| Builder::new().stack_size(BYTES).spawn_scoped(scope, help).ok();
        let helpers: Vec<_> = (0..helpers).filter_map(start).collect();
        let mut answers = share();
        for helper in helpers {
            answers.extend(helper.join().unwrap_or_else(|died| resume_unwind(died)));
        }
        answers
    });
    answers.sort_unstable_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
