//! `-- midflight: allow RULE because REASON`: what it silences, and whether it still has to.

use std::collections::BTreeMap;

use super::rules::{long_work_under_lock, unknown_rule_in_allow, unused_allow};
use super::{Options, Problem, Rule, Runner, find};
use crate::migration::operation::{Allow, PUBLISHED_COLUMN, Step};

/// The `allow` directives of a file. The steps of one statement share theirs.
pub struct Directives<'a> {
    by_place: BTreeMap<usize, (&'a Allow, bool)>,
}

impl<'a> Directives<'a> {
    pub fn of(steps: &'a [Step]) -> Self {
        let allows = steps.iter().flat_map(|step| &step.allows);
        Self { by_place: allows.map(|allow| (allow.rule.span.start, (allow, false))).collect() }
    }

    /// Why a directive silences this rule at this step, if one does; it is then in use.
    pub fn silence(&mut self, step: &Step, rule: &str) -> Option<String> {
        let allow = step.allows.iter().find(|allow| allow.is_about(rule))?;
        if let Some((_, used)) = self.by_place.get_mut(&allow.rule.span.start) {
            *used = true;
        }
        Some(allow.reason.clone())
    }

    /// What is wrong with the directives themselves.
    pub fn problems(&self, options: &Options) -> Vec<(&'static Rule, Problem)> {
        let problem = |(allow, used): &(&Allow, bool)| match find(&allow.rule) {
            _ if allow.foreign => None,
            None => Some((&unknown_rule_in_allow::RULE, unknown_rule_in_allow::problem(allow))),
            // midflight asks for this one where the catalog has many partitions, which a file doesn't show.
            Some(rule) if rule.id == long_work_under_lock::RULE.id && options.runner == Runner::Midflight => {
                None
            }
            // What a publication sends may be known to the database alone.
            Some(rule) if !*used && rule.id != PUBLISHED_COLUMN && options.has(rule.id, rule.on) => {
                Some((&unused_allow::RULE, unused_allow::problem(allow)))
            }
            Some(_) => None,
        };
        self.by_place.values().filter_map(problem).filter(|(rule, _)| options.has(rule.id, rule.on)).collect()
    }
}
