//! A stack for reading SQL.

use std::cell::Cell;
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
/// When the stack is not to be had, or the work dies.
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
