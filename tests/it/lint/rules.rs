//! Every rule has its page, and the examples of the page are true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use midflight::lint::{Options, RULES, Rule, Severity, find, fix, list};

use super::{files, found, lint};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names in a folder that end so, without the ending.
fn stems(name: &str, ending: &str) -> Vec<String> {
    let names = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    names.filter_map(|name| Some(name.strip_suffix(ending)?.to_owned())).collect()
}

#[test]
fn examples_trip_their_rule_and_no_other() {
    for rule in RULES {
        let (bad, good) = (rule.page.bad(), rule.page.good());
        let options = Options { enable: BTreeSet::from([rule.id]), ..Options::default() };
        let report = lint(&files(bad), &options);
        let last = report.findings.iter().filter(|finding| finding.file + 1 == files(bad).len());
        // two rules may speak of one statement where the explanation says so
        let told = |id: &str| id != rule.id && rule.page.explanation().contains(id);
        let rest = last.filter(|finding| !told(finding.rule.id));
        let got: Vec<_> = rest.map(|finding| (finding.rule.id, finding.severity)).collect();
        assert_eq!(got, [(rule.id, rule.severity)], "{bad}");
        assert_eq!(found(&files(good), &options), Vec::<String>::new(), "{good}");
    }
}

#[test]
fn no_rule_and_no_page_is_forgotten() {
    assert!(RULES.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(list().len(), RULES.len());
    for stem in stems("src/lint/rules", ".rs") {
        assert!(stem == "mod" || find(&stem.replace('_', "-")).is_some(), "add `{stem}` to RULES");
    }
    for stem in stems("docs/rules", ".md") {
        assert!(stem == "README" || find(&stem).is_some(), "docs/rules/{stem}.md belongs to no rule");
    }
}

/// A page is put together from what is read from it, and from what the code decides: so nothing else stands there, all
/// is in its place, and a page can't say of a rule what doesn't hold.
#[test]
fn pages_have_their_form() {
    for rule in RULES {
        let page = &rule.page;
        let file = fs::read_to_string(folder("docs/rules").join(format!("{}.md", rule.id))).unwrap();
        assert_eq!(page.text(), file, "{} has the page of another rule", rule.id);

        assert!(page.explanation().len() > 80, "{} needs an explanation", rule.id);
        let summary = page.summary();
        assert!(!summary.ends_with('.') && !summary.contains('\n'), "{}: one line, no full stop", rule.id);
        assert!(page.online().is_none_or(|online| online.contains("`midflight ")), "{}", rule.id);

        assert_eq!(page.text(), composed(rule), "docs/rules/{}.md has another form", rule.id);
    }
}

fn composed(rule: &Rule) -> String {
    let page = &rule.page;
    let class = format!("{:?}", rule.class).to_lowercase();
    let off = if rule.on { "" } else { ", off unless enabled" };
    let advice = page.online().map_or("", |_| " · Advice with `--runner midflight`");
    let fixed = if fix::has_fix(rule.id) { " · `--fix` writes the safe form" } else { "" };
    let online = page.online().map_or(String::new(), |online| format!("With midflight: {online}.\n\n"));
    let mut text = format!(
        "# {}\n\n{}\n\nSeverity: {}{off} · Category: {class}{advice}{fixed}\n\n{}\n\n{online}\
         ## Reported\n\n```sql\n{}\n```\n\n## Not reported\n\n```sql\n{}\n```\n",
        rule.id,
        page.summary(),
        rule.severity,
        page.explanation(),
        page.bad(),
        page.good(),
    );
    if rule.severity > Severity::Advice {
        text.push_str(&format!(
            "\n## Accepting it\n\nDirectly above the statement, with the reason:\n\n\
             ```sql\n-- midflight: allow {} because …\n```\n",
            rule.id
        ));
    }
    text
}

/// The list of the pages. `UPDATE_DOCS=1` writes it.
#[test]
fn rules_are_listed() {
    let mut wanted = String::from(
        "# Lint rules\n\nThe table is written from the rules: `UPDATE_DOCS=1 cargo nextest run rules_are_listed`.\n\n\
         | rule | severity | default | with midflight | fix | what it finds |\n|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let online = if rule.page.online().is_some() { "advice" } else { "same" };
        let default = if rule.on { "on" } else { "off" };
        let fixed = if fix::has_fix(rule.id) { "yes" } else { "" };
        wanted.push_str(&format!(
            "| [`{0}`]({0}.md) | {1} | {default} | {online} | {fixed} | {2} |\n",
            rule.id,
            rule.severity,
            rule.page.summary()
        ));
    }
    let path = folder("docs/rules/README.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert_eq!(found, wanted, "run UPDATE_DOCS=1 cargo nextest run rules_are_listed");
}
