//! How long a migration was in each phase, drawn to scale.

use maud::{Markup, html};

use super::story::{Passed, Wait};
use super::{shown, span};

/// The narrowest bar, of a thousand: what took milliseconds is to be seen beside what took days.
const NARROWEST: f64 = 6.0;

/// A row a phase. The drawing repeats what the cells say, so readers aloud pass it over.
pub fn timeline(phases: &[Passed], waits: &[Wait]) -> Markup {
    let begin = phases.iter().map(|passed| passed.epoch).fold(f64::INFINITY, f64::min);
    let end = phases.iter().map(|passed| passed.epoch + passed.seconds).fold(0.0, f64::max);
    let scale = 1000.0 / (end - begin).max(0.001);
    let place = |from: f64, seconds: f64| {
        let width = (seconds * scale).max(NARROWEST);
        let left = ((from - begin) * scale).clamp(0.0, 1000.0 - NARROWEST);
        (format!("{left:.1}"), format!("{:.1}", width.min(1000.0 - left)))
    };
    html! {
        table.timeline {
            thead { tr {
                th scope="col" { "Phase" } th scope="col" { "Since" } th.number scope="col" { "For" }
                th.drawn aria-hidden="true" {}
            } }
            tbody {
                @for passed in phases {
                    tr {
                        th scope="row" { (shown(&passed.phase.replace('_', " "))) @if passed.now { " (now)" } }
                        td { (passed.at) }
                        td.number { (span(passed.seconds)) }
                        td.drawn aria-hidden="true" {
                            svg viewBox="0 0 1000 10" preserveAspectRatio="none" {
                                @let (x, width) = place(passed.epoch, passed.seconds);
                                rect class=(if passed.now { "bar now" } else { "bar" }) x=(x) y="0" width=(width) height="10" {}
                                @for wait in waits.iter().filter(|wait| within(wait, passed)) {
                                    @let (x, width) = place(wait.epoch - wait.seconds, wait.seconds);
                                    rect.wait x=(x) y="0" width=(width) height="10" {}
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn within(wait: &Wait, passed: &Passed) -> bool {
    (passed.epoch..=passed.epoch + passed.seconds).contains(&wait.epoch)
}
