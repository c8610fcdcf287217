//! The page of a rule: docs/rules/NAME.md, read where somebody asks for its words.

use std::sync::OnceLock;

/// A rule's page. It is the documentation, what `explain` prints, and where the rule's examples stand:
///
/// ```text
/// # NAME
///
/// What it finds, in one line without a full stop
///
/// Severity: … · Category: …
///
/// Why it matters, the safe way, what isn't reported.
///
/// With midflight: what midflight does instead, where it takes this online.
///
/// ## Reported
/// (SQL that trips this rule and no other; `-- next file` ends an earlier file)
///
/// ## Not reported
/// (SQL that reaches the same and trips nothing)
///
/// ## Accepting it
/// (the directive, where the rule is more than advice)
/// ```
pub struct Page {
    text: &'static str,
    parts: OnceLock<Parts>,
}

/// What code needs of a page. A page that isn't written as it has to be leaves the rest empty; a test finds it.
#[derive(Debug, Default)]
struct Parts {
    summary: &'static str,
    explanation: &'static str,
    online: Option<&'static str>,
    bad: &'static str,
    good: &'static str,
}

impl Page {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, parts: OnceLock::new() }
    }

    /// The whole page, as Markdown.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// One line, for lists.
    pub fn summary(&self) -> &'static str {
        self.parts().summary
    }

    /// Why it matters, when it doesn't, the safe way.
    pub fn explanation(&self) -> &'static str {
        self.parts().explanation
    }

    /// What midflight does instead, where it takes this online. Under `--runner midflight` such findings are advice.
    pub fn online(&self) -> Option<&'static str> {
        self.parts().online
    }

    /// SQL that trips the rule and no other.
    pub fn bad(&self) -> &'static str {
        self.parts().bad
    }

    /// SQL that reaches the same and trips nothing.
    pub fn good(&self) -> &'static str {
        self.parts().good
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| Parts::read(self.text).unwrap_or_default())
    }
}

impl Parts {
    fn read(text: &'static str) -> Option<Self> {
        let (_, rest) = text.strip_prefix("# ")?.split_once("\n\n")?;
        let (summary, rest) = rest.split_once("\n\n")?;
        let (_severity, rest) = rest.split_once("\n\n")?;
        let (words, rest) = rest.split_once("\n\n## Reported\n")?;
        let (explanation, online) = match words.split_once("\n\nWith midflight: ") {
            Some((explanation, online)) => (explanation, Some(online.strip_suffix('.')?)),
            None => (words, None),
        };
        let (bad, rest) = rest.split_once("\n## Not reported\n")?;
        let good = rest.split_once("\n## Accepting it\n").map_or(rest, |(good, _)| good);
        Some(Self { summary, explanation, online, bad: sql(bad)?, good: sql(good)? })
    }
}

/// What stands in the block of a section.
fn sql(section: &str) -> Option<&str> {
    section.trim().strip_prefix("```sql\n")?.strip_suffix("\n```")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_page() {
        let page = Page::new(
            "# x\n\nFinds x\n\nSeverity: error · Category: locking\n\nWhy.\n\n    lint: {}\n\nWith midflight: it waits.\n\n\
             ## Reported\n\n```sql\nA;\n\nB;\n```\n\n## Not reported\n\n```sql\nC;\n```\n\n## Accepting it\n\nSo.\n",
        );
        assert_eq!(page.summary(), "Finds x");
        assert_eq!((page.explanation(), page.online()), ("Why.\n\n    lint: {}", Some("it waits")));
        assert_eq!((page.bad(), page.good()), ("A;\n\nB;", "C;"));
    }

    #[test]
    fn a_page_without_its_parts_has_no_words() {
        let page = Page::new("# x\n\nFinds x\n");
        assert_eq!((page.summary(), page.bad(), page.online()), ("", "", None));
    }
}
