//! Names inside definitions as the server prints them, and what the planner asks of expressions.

use crate::ident::{Ident, TableName};
use crate::migration::expression::{Word, words};

/// Those of `known` that a definition names. A function of the same name counts too: one name too many does no harm to
/// those who ask.
pub fn names_used<'a>(definition: &str, known: impl IntoIterator<Item = &'a Ident>) -> Vec<Ident> {
    let words = words(definition);
    let mut used: Vec<Ident> = Vec::new();
    for name in known {
        if !used.contains(name) && words.iter().any(|word| word.ident == *name) {
            used.push(name.clone());
        }
    }
    used
}

/// The setting that a statement takes over from its session: `SET search_path FROM CURRENT`.
pub fn set_from_current(statement: &str) -> Option<Ident> {
    let words = words(statement);
    let found = words.array_windows().find(|[set, name, from, current]| {
        let apart = statement.get(name.span.end..from.start).is_some_and(|between| between.trim().is_empty());
        set.is_keyword("set") && from.is_keyword("from") && current.is_keyword("current") && apart
    });
    found.map(|[_, name, _, _]: &[Word; 4]| name.ident.clone())
}

/// A definition as `pg_get_indexdef` or `pg_get_constraintdef` print it, with one column renamed.
pub fn rename_column(definition: &str, from: &Ident, to: &Ident) -> String {
    rename_where(definition, from, to, |_| true)
}

/// A foreign key's definition with one referring column renamed; the referenced columns keep their names.
pub fn rename_referring(definition: &str, from: &Ident, to: &Ident) -> String {
    let (references, set) = sides(definition);
    rename_where(definition, from, to, |at| at < references || at > set)
}

/// A foreign key's definition with one referenced column renamed.
pub fn rename_referenced(definition: &str, from: &Ident, to: &Ident) -> String {
    let (references, set) = sides(definition);
    rename_where(definition, from, to, |at| at > references && at < set)
}

/// Where a foreign key's definition begins to speak of the other table, and where it ends to.
fn sides(definition: &str) -> (usize, usize) {
    let words = words(definition);
    let keyword = |name: &str| words.iter().find(|word| word.is_keyword(name)).map(|word| word.start);
    (keyword("references").unwrap_or(definition.len()), keyword("set").unwrap_or(definition.len()))
}

/// An expression or trigger definition with one column of a table renamed: bare, or behind the table's name, `NEW` or
/// `OLD`.
pub fn rename_in_table(text: &str, table: &Ident, from: &Ident, to: &Ident) -> String {
    let row = |name: &Ident| name == table || matches!(name.as_str(), "new" | "old");
    rename_if(text, from, to, |word| word.qualifier().is_none_or(row))
}

/// An expression with the types that it casts to under other names.
pub fn rename_casts(text: &str, renamed: impl Fn(&Ident) -> Option<Ident>) -> String {
    rename_words(text, |word| word.is_type.then(|| renamed(&word.ident)).flatten())
}

/// A definition with relations under another schema.
pub fn in_other_schema(text: &str, relations: &[&TableName], schema: &Ident) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for word in words(text) {
        let [of] = &word.qualifiers[..] else { continue };
        if relations.iter().any(|relation| relation.schema == *of && relation.name == word.ident) {
            out.push_str(&text[copied..word.start]);
            out.push_str(&format!("{schema}.{}", word.ident));
            copied = word.span.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// The name of a type under another one: `public.e[]`.
pub fn rename_type(text: &str, renamed: impl Fn(&Ident) -> Option<Ident>) -> String {
    let last = words(text).len().saturating_sub(1);
    let at = std::cell::Cell::new(0);
    rename_words(text, |word| {
        let here = at.replace(at.get() + 1);
        (here == last).then(|| renamed(&word.ident)).flatten()
    })
}

fn rename_where(definition: &str, from: &Ident, to: &Ident, wanted: impl Fn(usize) -> bool) -> String {
    rename_if(definition, from, to, |word| word.qualifiers.is_empty() && wanted(word.start))
}

fn rename_if(text: &str, from: &Ident, to: &Ident, wanted: impl Fn(&Word) -> bool) -> String {
    rename_words(text, |word| {
        (word.ident == *from && word.may_be_column() && wanted(word)).then(|| to.clone())
    })
}

fn rename_words(text: &str, renamed: impl Fn(&Word) -> Option<Ident>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for word in words(text) {
        if let Some(to) = renamed(&word) {
            out.push_str(&text[copied..word.span.start]);
            out.push_str(&to.to_string());
            copied = word.span.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// What stands after the first `USING` of an index definition, that word included: method, columns, predicate.
pub fn index_tail(definition: &str) -> &str {
    from_keyword(definition, "using")
}

/// A trigger's definition, cut before `EXECUTE`.
pub fn before_execute(definition: &str) -> (&str, &str) {
    let words = words(definition);
    let call = words.iter().rev().find(|word| word.is_keyword("execute"));
    definition.split_at(call.map_or(definition.len(), |word| word.start))
}

/// The `DEFERRABLE …` part of a constraint's definition.
pub fn deferrability(definition: &str) -> &str {
    from_keyword(definition, "deferrable")
}

fn from_keyword<'d>(definition: &'d str, keyword: &str) -> &'d str {
    let words = words(definition);
    words.iter().find(|word| word.is_keyword(keyword)).map_or("", |word| &definition[word.start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_whole_names_only() {
        let (from, to) = (Ident::new("id"), Ident::new("New"));
        assert_eq!(
            rename_column("CHECK ((id > paid) AND ('id' <> id(id)::text))", &from, &to),
            "CHECK ((\"New\" > paid) AND ('id' <> id(\"New\")::text))"
        );
        let definition =
            "CREATE INDEX i ON public.t USING btree (id DESC, lower(\"id\")) WHERE (id IS NOT NULL)";
        assert_eq!(
            rename_column(index_tail(definition), &from, &to),
            "USING btree (\"New\" DESC, lower(\"New\")) WHERE (\"New\" IS NOT NULL)"
        );
    }

    #[test]
    fn foreign_keys_rename_one_side() {
        let definition = "FOREIGN KEY (id, x) REFERENCES p(id, x) ON DELETE SET NULL (id)";
        assert_eq!(
            rename_referring(definition, &Ident::new("id"), &Ident::new("n")),
            "FOREIGN KEY (n, x) REFERENCES p(id, x) ON DELETE SET NULL (n)"
        );
    }

    #[test]
    fn foreign_keys_rename_the_other_side() {
        let definition = "FOREIGN KEY (id) REFERENCES public.id(id) ON DELETE SET NULL (id)";
        assert_eq!(
            rename_referenced(definition, &Ident::new("id"), &Ident::new("n")),
            "FOREIGN KEY (id) REFERENCES public.id(n) ON DELETE SET NULL (id)"
        );
    }

    #[test]
    fn triggers_rename_rows_and_lists() {
        let text = "CREATE TRIGGER a BEFORE UPDATE OF a ON public.t FOR EACH ROW WHEN ((old.a IS DISTINCT FROM other.a)) EXECUTE FUNCTION a()";
        let renamed = rename_in_table(text, &Ident::new("t"), &Ident::new("a"), &Ident::new("b"));
        assert!(
            renamed.contains("UPDATE OF b ON") && renamed.contains("old.b IS") && renamed.contains("other.a")
        );
        assert!(renamed.ends_with("EXECUTE FUNCTION a()"), "{renamed}");
    }

    #[test]
    fn reads_deferrability() {
        assert_eq!(
            deferrability("UNIQUE (a) DEFERRABLE INITIALLY DEFERRED"),
            "DEFERRABLE INITIALLY DEFERRED"
        );
        assert_eq!(deferrability("UNIQUE (a)"), "");
    }
}
