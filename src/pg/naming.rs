//! The names that PostgreSQL gives where a statement gives none.

use crate::ident::{Ident, MAX_BYTES};

/// Whether every table has a column of this name already, and can have no other.
pub fn is_system_column(name: &str) -> bool {
    ["tableoid", "ctid", "xmin", "cmin", "xmax", "cmax"].contains(&name)
}

/// The name of a constraint, an index or a sequence (`makeObjectName`): table, columns, label. The longer of the first
/// two is cut, byte by byte, until all fit; the label gets a number while the name is taken.
pub fn object_name(table: &str, columns: &str, label: &str, taken: impl Fn(&Ident) -> bool) -> Ident {
    let mut labels = std::iter::once(label.to_owned()).chain((1..).map(|number| format!("{label}{number}")));
    loop {
        let name = fitted(table, columns, &labels.next().unwrap_or_default());
        if !taken(&name) {
            return name;
        }
    }
}

fn fitted(table: &str, columns: &str, label: &str) -> Ident {
    let separators = if columns.is_empty() { 1 } else { 2 };
    let room = MAX_BYTES.saturating_sub(label.len() + separators);
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        let longer = if first > second { &mut first } else { &mut second };
        *longer -= 1;
    }
    // Bytes are counted first and characters kept whole last, so that the name may end up shorter.
    let (table, columns) = (clip(table, first), clip(columns, second));
    let parts = if separators == 1 { vec![table, label] } else { vec![table, columns, label] };
    Ident::new(parts.join("_"))
}

/// The columns of an index as its name lists them: one that comes up again gets a number.
pub fn index_columns(names: impl IntoIterator<Item = Ident>) -> Vec<Ident> {
    let mut known: Vec<Ident> = Vec::new();
    for name in names {
        let free = (0..).map(|at| numbered(&name, at)).find(|name| !known.contains(name));
        known.extend(free);
    }
    known
}

/// A column's name within an index that holds it for the `at`th time, counted from 0.
pub fn numbered(name: &Ident, at: usize) -> Ident {
    if at == 0 {
        return name.clone();
    }
    let number = at.to_string();
    Ident::new(format!("{}{number}", clip(name.as_str(), MAX_BYTES - number.len())))
}

/// The columns of a key or an index in the middle of its name.
pub fn joined<'n>(names: impl IntoIterator<Item = &'n Ident>) -> String {
    names.into_iter().map(Ident::as_str).collect::<Vec<_>>().join("_")
}

fn clip(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_part_is_cut() {
        let name = |table: &str, columns: &str, label: &str| object_name(table, columns, label, |_| false);
        assert_eq!(name("orders", "user_id", "fkey").as_str(), "orders_user_id_fkey");
        assert_eq!(name("orders", "", "pkey").as_str(), "orders_pkey");
        let (table, column) =
            ("a_table_with_a_long_name_of_forty_two_bytes", "a_column_with_a_long_name_of_35byte");
        assert_eq!(
            name(table, column, "check").as_str(),
            "a_table_with_a_long_name_of__a_column_with_a_long_name_of_check"
        );
        let wide = name(&"é".repeat(30), &"ü".repeat(30), "idx");
        assert!(wide.as_str().len() <= MAX_BYTES, "{}", wide.as_str());
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let taken = |name: &Ident| matches!(name.as_str(), "t_a_idx" | "t_a_idx1");
        assert_eq!(object_name("t", "a", "idx", taken).as_str(), "t_a_idx2");
        let columns = index_columns(["expr", "a", "expr", "expr1", "expr"].map(Ident::new));
        assert_eq!(joined(&columns), "expr_a_expr1_expr11_expr2");
    }
}
