//! Small helpers for text that people read.

/// The candidate that a person most likely meant by `word`, if one is near enough to say so.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let longest_slip = (word.chars().count() / 3).clamp(1, 3);
    let distance = |candidate: &'a str| (distance(&word, &candidate.to_lowercase()), candidate);
    let (slips, candidate) = candidates.into_iter().map(distance).min_by_key(|(slips, _)| *slips)?;
    (slips <= longest_slip).then_some(candidate)
}

/// How many letters to add, drop, change or swap with their neighbour to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// Text of others, on a terminal: control characters and what turns the direction of writing can be seen and do nothing.
/// Lines and tabs stay.
pub fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            '\u{fffd}'
        }
        _ => c,
    };
    text.chars().map(shown).collect()
}

/// A count with its thousands apart: `1,234,567`.
pub fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::{count, nearest};

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            (count(1_234_567), count(12), count(-1000)),
            ("1,234,567".into(), "12".into(), "-1,000".into())
        );
    }

    #[test]
    fn finds_what_was_meant_and_nothing_far_off() {
        let words = ["change_type", "add_column", "drop_column"];
        assert_eq!(nearest("chnge_type", words), Some("change_type"));
        assert_eq!(nearest("add_colunm", words), Some("add_column"));
        assert_eq!(nearest("Drop_Column", words), Some("drop_column"));
        assert_eq!(nearest("truncate", words), None);
        assert_eq!(nearest("x", []), None);
    }
}
