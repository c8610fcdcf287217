//! `char(n)`.

use crate::lint::{Check, Class, Context, Problem, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "avoid-char",
    severity: Severity::Advice,
    class: Class::Style,
    on: false,
    summary: "char(n) fills values with blanks and drops them again in comparisons",
    explanation: "\
char(n) stores every value with blanks up to its length, and most operators ignore them: 'a ' equals 'a', but LIKE and
a cast to text see something else. It saves no space and is no faster than text. Making one into text later writes the
whole table again.

Not reported: \"char\" in double quotes, which is another type.",
    online: None,
    bad: "CREATE TABLE countries (code char(2));",
    good: "CREATE TABLE countries (code text CHECK (length(code) = 2));",
    check: Check::Step(check),
};

fn check(cx: &Context<'_>) -> Option<Problem> {
    let problem = super::new_columns(
        cx,
        |type_| super::is_type(type_, "bpchar"),
        "char(n) fills values with blanks that comparisons ignore",
    )?;
    Some(problem.help("write text, and a CHECK on the length where one is needed"))
}
