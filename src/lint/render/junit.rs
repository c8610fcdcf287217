//! For whatever shows test results: a suite for each file that has findings. Those at or above the threshold are failures.

use super::{Input, lock};
use crate::lint::Finding;

/// A document as JUnit writes it. Without findings it holds one case that passes: readers take an empty one for a mistake.
pub fn junit(input: Input<'_>) -> String {
    let findings = &input.report.findings;
    let failures = findings.iter().filter(|finding| finding.severity >= input.fails_at).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str(&format!(
        "<testsuites name=\"midflight lint\" tests=\"{}\" failures=\"{failures}\">\n",
        findings.len().max(1)
    ));
    for of_file in findings.chunk_by(|one, next| one.file == next.file) {
        text.push_str(&suite(of_file, input));
    }
    if findings.is_empty() {
        text.push_str("  <testsuite name=\"midflight lint\" tests=\"1\" failures=\"0\">\n");
        text.push_str("    <testcase classname=\"midflight lint\" name=\"no findings\"/>\n  </testsuite>\n");
    }
    text + "</testsuites>\n"
}

fn suite(findings: &[Finding], input: Input<'_>) -> String {
    let path = findings.first().map_or("", |finding| finding.path.as_str());
    let failures = findings.iter().filter(|finding| finding.severity >= input.fails_at).count();
    let head = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">\n",
        escaped(path),
        findings.len()
    );
    let cases: String = findings.iter().map(|finding| case(finding, input)).collect();
    format!("{head}{cases}  </testsuite>\n")
}

fn case(finding: &Finding, input: Input<'_>) -> String {
    let place = format!("{}:{}:{}", finding.path, finding.start.line, finding.start.column);
    let lock = lock(finding).map_or_else(String::new, |lock| format!("\n{lock}"));
    let details =
        escaped(&format!("{place}: {}: {}{lock}\n{}", finding.severity, finding.message, finding.help));
    let result = match finding.severity >= input.fails_at {
        true => format!(
            "<failure type=\"{}\" message=\"{}\">{details}</failure>",
            finding.severity,
            escaped(&finding.message)
        ),
        false => format!("<system-out>{details}</system-out>"),
    };
    let name = escaped(&format!("line {}: {}", finding.start.line, finding.message));
    format!("    <testcase classname=\"{}\" name=\"{name}\">{result}</testcase>\n", finding.rule.id)
}

/// Text in XML. Control characters have no form there.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_text_early() {
        assert_eq!(escaped("a < \"b\" & \u{1b}c>\n"), "a &lt; &quot;b&quot; &amp; \u{fffd}c&gt;\n");
    }
}
