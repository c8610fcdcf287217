//! Which pages are whose: regions, handed out in order, and the mark below which all is done.

use std::ops::Range;

/// The smallest region, where shared buffers are tiny.
const SMALLEST: i64 = 1024;

/// The pages that are left, in regions that workers take.
#[derive(Debug)]
pub(super) struct Regions {
    next: i64,
    end: i64,
    size: i64,
    open: Vec<i64>,
}

impl Regions {
    /// The pages of a range for so many workers, with so many pages of shared buffers. A region is read once a stripe,
    /// so it has to stay in memory: together they are a quarter of the buffers. Larger is better: the longer it is until
    /// the next stripe, the sooner transactions that still see the old versions have ended.
    pub fn new(pages: Range<i64>, buffers: i64, workers: i64) -> Self {
        let share = (pages.end - pages.start + workers - 1) / workers;
        let size = (buffers / 4 / workers).max(SMALLEST).min(share).max(1);
        Self { next: pages.start, end: pages.end, size, open: Vec::new() }
    }

    /// The next region.
    pub fn take(&mut self) -> Option<Range<i64>> {
        let start = self.next;
        (start < self.end).then(|| {
            self.next = self.end.min(start + self.size);
            self.open.push(start);
            start..self.next
        })
    }

    /// One past the last page.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// A region is complete.
    pub fn complete(&mut self, region: &Range<i64>) {
        self.open.retain(|start| *start != region.start);
    }

    /// The page below which all is done: where the next run goes on, with any number of workers.
    pub fn mark(&self) -> i64 {
        self.open.iter().copied().min().unwrap_or(self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_waits_for_the_slowest_worker() {
        let mut regions = Regions::new(0..10_000, 16_384, 2);
        let first = regions.take().unwrap();
        let second = regions.take().unwrap();
        assert_eq!((first.clone(), second.clone()), (0..2048, 2048..4096));
        regions.complete(&second);
        assert_eq!(regions.mark(), 0);
        regions.complete(&first);
        assert_eq!(regions.mark(), 4096);
        let rest: Vec<_> = std::iter::from_fn(|| regions.take()).collect();
        assert_eq!(rest.last(), Some(&(8192..10_000)));
    }

    #[test]
    fn a_small_table_is_shared_out_as_well() {
        let mut regions = Regions::new(0..100, 16_384, 4);
        assert_eq!(std::iter::from_fn(|| regions.take()).count(), 4);
        assert_eq!(Regions::new(5..5, 16_384, 1).take(), None);
    }
}
