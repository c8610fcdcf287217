//! The page of `report` and `dashboard`: HTML that needs nothing from anywhere. Whatever the database, files and people
//! have named goes through maud, which escapes it; what turns the direction of writing is taken out before.

mod mask;
mod migration;
mod story;
mod timeline;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub use story::{Report, Story};

use super::{MigrationStatus, visible};
use migration::{article, attention};

/// The look of the page.
pub const STYLE: &str = include_str!("page.css");

/// What keeps the dashboard's page up to date.
pub const SCRIPT: &str = include_str!("page.js");

/// The first line of every page that is kept, by which a later run knows it again.
pub const MARK: &str = "<!DOCTYPE html><!-- midflight report -->";

/// A page for a file: no script, and nothing that is fetched.
pub fn still(report: &Report) -> String {
    // the policy names the one style sheet by its hash: whatever else got into the page would not apply
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'");
    let title = format!("midflight report: {}", report.database);
    let page = html! {
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                (common(&title))
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#live" { "Skip to the migrations" }
                (top(report, None))
                main #live { (sections(report, false)) }
                footer {
                    p { "A moment of " (report.at) ", the server's time. Constants of SQL are masked." }
                }
            }
        }
    };
    format!("{MARK}{}\n", page.into_string())
}

/// The dashboard's page, which its script keeps up to date.
pub fn live(report: &Report, lost: Option<&str>, every_seconds: u64) -> String {
    let title = format!("midflight: {}", report.database);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                (common(&title))
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body data-every=(every_seconds) {
                a.skip href="#live" { "Skip to the migrations" }
                (top(report, Some(&token_form())))
                noscript { p.alert { "Without its script the page shows one moment: reload it for another." } }
                main #live { (fragment(report, lost)) }
            }
        }
    };
    page.into_string()
}

/// What the script puts in place of what it showed before.
pub fn fragment(report: &Report, lost: Option<&str>) -> Markup {
    html! {
        div #connection {
            @if let Some(lost) = lost {
                p.alert { (shown(lost)) " Below is what was seen at " (report.at) "." }
            }
        }
        p #seen .quiet { "Seen at " (report.at) ", the server's time. Drift is not looked for here: " code { "midflight status" } " does." }
        p #news hidden { (news(report, lost)) }
        (sections(report, true))
    }
}

fn common(title: &str) -> Markup {
    html! {
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="referrer" content="no-referrer";
        meta name="generator" content=(concat!("midflight ", env!("CARGO_PKG_VERSION")));
        title { (shown(title)) }
    }
}

fn top(report: &Report, control: Option<&Markup>) -> Markup {
    html! {
        header {
            h1 { "midflight " span.quiet { "database " bdi { (shown(&report.database)) } ", schema " bdi { (shown(&report.schema)) }
                ", PostgreSQL " (shown(&report.server_version)) } }
            @if let Some(control) = control {
                // changes are announced, and numbers that run are not
                p #status role="status" aria-live="polite" {}
                (control)
            }
        }
    }
}

fn token_form() -> Markup {
    html! {
        form #control aria-label="Pause and resume" {
            label for="token" { "Token, for pause and resume" }
            input #token type="password" autocomplete="off" spellcheck="false";
        }
    }
}

/// Everything below the header. Each has an id, and can be replaced alone.
fn sections(report: &Report, live: bool) -> Markup {
    let all = &report.migrations;
    let mut in_flight: Vec<&Story> = all.iter().filter(|story| story.status.in_flight).collect();
    // what is at work, or needs somebody, is what one came to look at
    in_flight
        .sort_by_key(|story| !story.status.phase.ends_with("ing") && attention(&story.status).is_empty());
    let later: Vec<&Story> = all.iter().filter(|story| is_to_come(&story.status)).collect();
    let over: Vec<&Story> =
        all.iter().filter(|story| !story.status.in_flight && !is_to_come(&story.status)).collect();
    html! {
        (overview(&in_flight, &later, &over))
        @for story in &in_flight { (article(story, live)) }
        @if !later.is_empty() {
            section #later aria-labelledby="later-name" {
                h2 #later-name { "To come" }
                (table_of(&later))
            }
        }
        @for story in over.iter().filter(|story| story.in_full) { (article(story, false)) }
        @if over.iter().any(|story| !story.in_full) {
            section #over aria-labelledby="over-name" {
                h2 #over-name { "Earlier migrations" }
                (table_of(&over.iter().copied().filter(|story| !story.in_full).collect::<Vec<_>>()))
            }
        }
    }
}

fn is_to_come(status: &MigrationStatus) -> bool {
    matches!(status.phase, "pending" | "rolled_back" | "undone")
}

fn overview(in_flight: &[&Story], later: &[&Story], over: &[&Story]) -> Markup {
    let cares: Vec<(&str, String)> = in_flight
        .iter()
        .chain(over)
        .flat_map(|story| attention(&story.status).into_iter().map(|care| (story.status.id.as_str(), care)))
        .collect();
    html! {
        section #overview aria-labelledby="overview-name" {
            h2 #overview-name .hidden { "Overview" }
            dl.tiles {
                div { dt { "in flight" } dd { (in_flight.len()) } }
                div { dt { "to come" } dd { (later.len()) } }
                div { dt { "over" } dd { (over.len()) } }
                div.care[!cares.is_empty()] { dt { "need attention" } dd { (cares.len()) } }
            }
            @if !cares.is_empty() {
                ul.cares {
                    @for (id, care) in &cares {
                        li { a href={"#m-" (shown(id))} { bdi { (shown(id)) } } ": " bdi { (shown(care)) } }
                    }
                }
            }
            @if in_flight.is_empty() { p { "Nothing is in flight." } }
        }
    }
}

fn table_of(stories: &[&Story]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Table of migrations" {
            table {
                thead { tr {
                    th scope="col" { "Migration" } th scope="col" { "Phase" } th scope="col" { "Release" }
                    th scope="col" { "Expanded" } th scope="col" { "Contracted" }
                } }
                tbody {
                    @for Story { status, .. } in stories {
                        tr {
                            th scope="row" { bdi { (shown(&status.id)) } }
                            td { (words(status)) }
                            td { bdi { (shown(status.expand_release.as_deref().unwrap_or("–"))) } }
                            td { (status.expanded_at.as_deref().unwrap_or("–")) }
                            td { (status.contracted_at.as_deref().unwrap_or("–")) }
                        }
                    }
                }
            }
        }
    }
}

/// The phase in words.
fn words(status: &MigrationStatus) -> &'static str {
    match status.phase {
        _ if status.applying.is_some() => "being applied",
        "backfilled" if status.verified => "backfilled, verified",
        "contracted" if status.kept_until.is_some() => "contracted, kept",
        "rolling_back" => "rolling back",
        "rolled_back" => "rolled back",
        phase => phase,
    }
}

/// What is worth saying aloud when it changes.
fn news(report: &Report, lost: Option<&str>) -> String {
    let in_flight = report.migrations.iter().filter(|story| story.status.in_flight);
    let mut told: Vec<String> = in_flight
        .map(|story| {
            let paused = if story.status.paused.is_some() { ", paused" } else { "" };
            let stopped = if story.status.error.is_some() { ", stopped" } else { "" };
            format!("{} is {}{paused}{stopped}", story.status.id, words(&story.status))
        })
        .collect();
    if told.is_empty() {
        told.push("nothing is in flight".to_owned());
    }
    if lost.is_some() {
        told.insert(0, "the database can't be asked".to_owned());
    }
    visible(&told.join("; "))
}

/// Others' words, without what would turn or hide text.
fn shown(text: &str) -> String {
    visible(text)
}

/// A length of time, as short as it can be told.
fn span(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    match whole {
        0..60 => super::time(std::time::Duration::from_secs_f64(seconds.max(0.0))),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        3600..86_400 => format!("{} h {} min", whole / 3600, whole / 60 % 60),
        _ => format!("{} d {} h", whole / 86_400, whole / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_short() {
        let told = [0.02, 59.4, 61.0, 7265.0, 200_000.0].map(span);
        assert_eq!(told, ["20 ms", "59.4 s", "1 min 1 s", "2 h 1 min", "2 d 7 h"]);
    }
}
