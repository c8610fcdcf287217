//! The marker of a converted row.
//!
//! A row is converted because its marker says so, never because a value is not NULL: where the new release can write NULL
//! to the new side, or a value of the old side converts to NULL, NULL can't be the sign for "not yet". The marker is a
//! column of its own, nullable and without default, so that adding it writes no row and every row that is there, and what
//! bypasses the trigger, is pending. Trigger and batches set it. No index names it: a change of it alone stays HOT.
//!
//! It also says which side the other was computed from, so that verification asks in the right direction, and tells rows
//! of which one statement wrote both sides: these agree only if the writer saw to it.

use crate::ident::Ident;

/// The type of the column.
pub const TYPE: &str = "smallint";
/// The new side was computed from the old one.
pub const FROM_OLD: i16 = 1;
/// One statement wrote both sides.
pub const BOTH: i16 = 2;
/// The old side was computed from the new one.
pub const FROM_NEW: i16 = 3;
/// Below this value stand the ones above; above it one bit for each column of the new side into which the running
/// statement wrote NULL. Never stored.
pub const NULLS: i16 = 4;
/// As many columns of one side have a bit.
pub const MOST_NULLS: usize = 12;

/// A marker column.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Its name.
    pub column: Ident,
    /// The columns, by their number on the new side, of which the file says that NULL counts as written while the row is
    /// pending.
    pub nulls: Vec<usize>,
}

/// The bit of a column of the new side.
pub fn null_bit(number: usize) -> i16 {
    NULLS << number
}
