//! How large the next batch is: what takes `backfill.target`, measured.

use std::time::Duration;

use crate::config::BackfillSettings;

/// A first batch has to be short whatever the rows cost, so it reads no more than this.
const FIRST_BYTES: i64 = 4 << 20;
const FIRST_PAGES: i64 = 16;
const FIRST_ROWS: i64 = 500;

/// The size of batches: a window of pages, and the most rows taken from it. Both are needed: pages bound what a batch
/// reads where few rows are pending, rows bound what it writes where all are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::exec) struct Pace {
    pages: f64,
    rows: f64,
}

impl Pace {
    /// To begin with, on a table with so many bytes to a page, out-of-line values included. A batch reads the bytes of
    /// one stripe only.
    pub fn first(bytes_per_page: i64, stripes: i64, settings: &BackfillSettings) -> Self {
        let pages = (FIRST_BYTES * stripes / bytes_per_page.max(1)).clamp(1, FIRST_PAGES);
        Self { pages: pages as f64, rows: FIRST_ROWS.min(most(settings)) as f64 }
    }

    /// The pages of the next window.
    pub fn pages(&self) -> i64 {
        self.pages as i64
    }

    /// The most rows of the next batch.
    pub fn rows(&self) -> i64 {
        self.rows as i64
    }

    /// Learns from a batch: shrinks at once, grows by half at most. Whichever bound the batch met is the one that moves.
    pub fn learn(&mut self, took: Duration, rows: i64, settings: &BackfillSettings) {
        let wanted = settings.target.0.as_secs_f64() / took.as_secs_f64().max(0.000_1);
        let factor = wanted.clamp(0.1, 1.5);
        let full = rows >= self.rows();
        if factor < 1.0 {
            self.pages *= factor;
            self.rows = self.rows.min(rows as f64 * factor).max(SMALLEST_ROWS.min(self.rows * factor));
        } else if full {
            self.rows *= factor;
        } else {
            self.pages *= factor;
        }
        self.pages = self.pages.clamp(1.0, LARGEST_PAGES);
        self.rows = self.rows.clamp(1.0, most(settings) as f64);
    }
}

/// 512 MiB: what is read while rows of the batch are locked.
const LARGEST_PAGES: f64 = 65_536.0;
/// Where few rows are pending the time went into reading, and says nothing about rows; below this it would take long to
/// grow again.
const SMALLEST_ROWS: f64 = 100.0;

fn most(settings: &BackfillSettings) -> i64 {
    i64::from(settings.max_batch.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> BackfillSettings {
        BackfillSettings { max_batch: 10_000, ..BackfillSettings::default() }
    }

    /// Batches on a table whose rows cost so many µs each and lie so many to a stripe of a page: the last batch's time,
    /// and the longest, in ms.
    fn run(pace: &mut Pace, batches: usize, row_cost: f64, rows_per_page: f64) -> (f64, f64) {
        let (mut last, mut longest) = (0.0, 0.0);
        for _ in 0..batches {
            let rows = (pace.pages() as f64 * rows_per_page).min(pace.rows() as f64);
            last = rows * row_cost / 1000.0;
            longest = f64::max(longest, last);
            pace.learn(Duration::from_secs_f64(last / 1000.0), rows as i64, &settings());
        }
        (last, longest)
    }

    #[test]
    fn it_settles_at_the_target_whatever_a_row_costs() {
        for (row_cost, rows_per_page) in [(8.0, 8.0), (100.0, 8.0), (1000.0, 10.0), (20.0, 0.3)] {
            let mut pace = Pace::first(8192, 8, &settings());
            let (last, longest) = run(&mut pace, 200, row_cost, rows_per_page);
            assert!((33.0..=76.0).contains(&last), "{row_cost} µs a row: {last} ms");
            assert!(longest <= 160.0, "{row_cost} µs a row: longest {longest} ms");
        }
    }

    #[test]
    fn it_shrinks_at_once_and_never_passes_the_largest_batch() {
        let mut pace = Pace { pages: 1000.0, rows: 8000.0 };
        pace.learn(Duration::from_millis(500), 8000, &settings());
        assert_eq!((pace.pages(), pace.rows()), (100, 800));
        run(&mut pace, 100, 0.1, 8.0);
        assert_eq!(pace.rows(), 10_000);
    }

    #[test]
    fn rows_of_megabytes_begin_with_one_page() {
        assert_eq!(Pace::first(100 << 20, 8, &settings()).pages(), 1);
        assert_eq!(Pace::first(8192, 8, &settings()).pages(), 16);
    }

    #[test]
    fn a_dense_stretch_after_an_empty_one_is_no_long_batch() {
        let mut pace = Pace::first(8192, 8, &settings());
        run(&mut pace, 100, 8.0, 0.0);
        let (_, longest) = run(&mut pace, 1, 8.0, 8.0);
        assert!(longest <= 76.0, "{longest} ms");
    }
}
