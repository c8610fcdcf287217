//! Stops at the limit, goes on well below it.

use super::Reading;

/// A signal that stopped the work has to fall to this share of its limit before the work goes on: else it would stop
/// and go with every sample.
const GO_BELOW: f64 = 0.8;
/// For so many samples in a row.
const CALM_SAMPLES: u32 = 2;

/// Whether a signal holds the work up.
#[derive(Debug, Default)]
pub(super) struct Latch {
    held: bool,
    calm: u32,
}

impl Latch {
    /// Takes a sample, and says whether the work has to wait.
    pub fn feed(&mut self, reading: &Reading) -> bool {
        if reading.pressure > 1.0 {
            *self = Self { held: true, calm: 0 };
        } else if reading.pressure <= GO_BELOW {
            self.calm += 1;
            self.held = self.held && self.calm < CALM_SAMPLES;
        } else {
            self.calm = 0;
        }
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_at_once_and_goes_on_when_calm() {
        let mut latch = Latch::default();
        let mut feed = |pressure| latch.feed(&Reading { pressure, why: String::new() });
        assert!(!feed(1.0), "the limit itself is allowed");
        assert!(feed(1.01));
        assert!(feed(0.9), "not far enough below the limit");
        assert!(feed(0.8), "once is not enough");
        assert!(feed(0.9), "and it has to be twice in a row");
        assert!(feed(0.5));
        assert!(!feed(0.5));
        assert!(!feed(0.9), "going on, only the limit counts");
        assert!(feed(f64::INFINITY));
        assert!(feed(0.0) && !feed(0.0));
    }
}
