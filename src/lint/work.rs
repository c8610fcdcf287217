//! What takes as long as a table is large.

/// Work that grows with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Every row is read.
    Scan,
    /// Every row and index is rewritten.
    Rewrite,
    /// An index is built.
    Build,
    /// Rows are written or read by a query.
    Rows,
}
