//! How much WAL waits to be archived.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{Reading, Signal};
use crate::config::Size;
use crate::db::{Statement, statement};

/// WAL written but not archived. A backfill that outruns the archiver fills the disk.
pub(super) struct ArchiveBacklog {
    limit: Size,
    asked_for: bool,
    /// Where archiving stands, in bytes from the beginning of WAL; where WAL stood at the first sample, until the
    /// server says more.
    archived: Option<u64>,
}

impl ArchiveBacklog {
    pub fn new(limit: Size, asked_for: bool) -> Self {
        Self { limit, asked_for, archived: None }
    }
}

impl Signal for ArchiveBacklog {
    fn key(&self) -> &'static str {
        "archive_backlog"
    }

    fn asked_for(&self) -> bool {
        self.asked_for
    }

    fn needs_stats(&self) -> bool {
        false
    }

    fn query(&self) -> Statement<'_> {
        statement(
            "SELECT current_setting('archive_mode') <> 'off', last_archived_wal,
                    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
                    pg_size_bytes(current_setting('wal_segment_size'))
             FROM pg_stat_archiver",
        )
    }

    fn judge(&mut self, rows: &[PgRow]) -> Result<Reading, sqlx::Error> {
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        if !row.try_get::<bool, _>(0)? {
            return Ok(Reading::clear());
        }
        let last: Option<String> = row.try_get(1)?;
        let (written, segment): (i64, i64) = (row.try_get(2)?, row.try_get(3)?);
        let written = written.unsigned_abs();
        let end = last.and_then(|name| segment_end(&name, segment.unsigned_abs()));
        let archived = end.or(self.archived).unwrap_or(written);
        self.archived = Some(archived);
        let backlog = Size(written.saturating_sub(archived));
        let why = format!("{backlog} of WAL wait to be archived, {} are allowed", self.limit);
        Ok(Reading::level(backlog.0 as f64, self.limit.0 as f64, why))
    }
}

/// Where a WAL file ends: its name is timeline, log and segment, eight hexadecimal digits each. Histories and backup
/// labels are archived as well, and say nothing.
fn segment_end(name: &str, segment: u64) -> Option<u64> {
    if name.len() != 24 || segment == 0 {
        return None;
    }
    let part = |range| u64::from_str_radix(name.get(range)?, 16).ok();
    let (log, number) = (part(8..16)?, part(16..24)?);
    log.checked_shl(32)?.checked_add((number + 1) * segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_positions() {
        let mb = 1 << 20;
        assert_eq!(segment_end("000000010000000000000000", 16 * mb), Some(16 * mb));
        assert_eq!(segment_end("0000000300000002000000FE", 16 * mb), Some((2 << 32) + 255 * 16 * mb));
        assert_eq!(segment_end("00000001000000020000007F", 32 * mb), Some((2 << 32) + 128 * 32 * mb));
        assert_eq!(segment_end("00000002.history", 16 * mb), None);
        assert_eq!(segment_end("000000010000000000000002.00000028.backup", 16 * mb), None);
    }
}
