//! The order in which releases of the application were deployed, and what follows from it. Pure.

/// Releases as they arrived; one that was switched back to stands there again.
#[derive(Debug, Clone, Default)]
pub struct Releases(Vec<String>);

impl Releases {
    /// In the order of arrival.
    pub fn new(arrivals: Vec<String>) -> Self {
        Self(arrivals)
    }

    /// The release that ran when this one arrived; none for the first.
    pub fn before(&self, release: &str) -> Option<&str> {
        let arrived = self.0.iter().rposition(|known| known == release).unwrap_or(self.0.len());
        self.0[..arrived].last().map(String::as_str)
    }

    /// Whether a release was built when that other one existed: it came with it or after it. A release that went back
    /// into service is as old as when it first came.
    pub fn knows(&self, release: &str, other: &str) -> bool {
        let first = |wanted: &str| self.0.iter().position(|known| known == wanted);
        match (first(release), first(other)) {
            (Some(release), Some(other)) => release >= other,
            // expanded before arrivals were recorded
            (_, None) => true,
            (None, Some(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(arrivals: &str) -> Releases {
        Releases::new(arrivals.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn the_release_that_runs_is_the_one_before() {
        assert_eq!(releases("v1 v2 v3").before("v3"), Some("v2"));
        assert_eq!(releases("v1 v2").before("v3"), Some("v2"));
        assert_eq!(releases("v1 v2 v1").before("v3"), Some("v1"));
        assert_eq!(releases("v1 v2 v1").before("v1"), Some("v2"));
        assert_eq!(releases("v1").before("v1"), None);
    }

    #[test]
    fn who_was_switched_back_to_is_as_old_as_before() {
        let switched_back = releases("v1 v2 v1 v3");
        assert!(!switched_back.knows("v1", "v2"));
        assert!(switched_back.knows("v2", "v2") && switched_back.knows("v3", "v2"));
        assert!(switched_back.knows("v1", "v0"));
    }
}
