//! A statement whose qualified names stand in other schemas: in literals that name something, and in the bodies of
//! functions, as well.

use sqlparser::tokenizer::Token;

use super::expression;
use super::sql::{contains, lex::lex, table_named};
use crate::ident::{Ident, literal};

/// The statement with each name of two parts in the schema that `to` gives for it.
pub fn moved(sql: &str, to: &dyn Fn(&Ident, &Ident) -> Option<Ident>) -> String {
    let is_routine = contains(sql, "FUNCTION") || contains(sql, "PROCEDURE");
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for word in expression::words(sql) {
        let [schema] = &word.qualifiers[..] else { continue };
        edits.extend(
            to(schema, &word.ident).map(|to| (word.start, word.span.end, format!("{to}.{}", word.ident))),
        );
    }
    for tok in lex(sql).tokens {
        let with = match tok.token {
            Token::SingleQuotedString(text) => {
                let named = table_named(&text).and_then(|named| Some((named.schema?, named.name)));
                let there = match named {
                    Some((schema, name)) => to(&schema, &name).map(|to| format!("{to}.{name}")),
                    None => is_routine.then(|| moved(&text, to)),
                };
                there.filter(|there| *there != text).map(|there| literal(&there))
            }
            Token::DollarQuotedString(body) if is_routine => {
                let there = moved(&body.value, to);
                let tag = body.tag.unwrap_or_default();
                (there != body.value).then(|| format!("${tag}${there}${tag}$"))
            }
            _ => None,
        };
        edits.extend(with.map(|with| (tok.span.start, tok.span.end, with)));
    }
    edits.sort_unstable();
    let mut out = String::with_capacity(sql.len());
    let mut copied = 0;
    for (start, end, with) in edits {
        out.push_str(&sql[copied..start]);
        out.push_str(&with);
        copied = end;
    }
    out + &sql[copied..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_move_wherever_they_stand() {
        let to = |schema: &Ident, name: &Ident| {
            (schema.as_str() == "public" && name.as_str() != "uid").then(|| Ident::new("copy_1"))
        };
        for (sql, there) in [
            ("ALTER TABLE public.t ADD b int", "ALTER TABLE copy_1.t ADD b int"),
            ("SELECT public.t.a, t.a, \"public\".\"T\".a", "SELECT copy_1.t.a, t.a, copy_1.\"T\".a"),
            ("SELECT public.uid(), other.t", "SELECT public.uid(), other.t"),
            ("DEFAULT nextval('public.s'::regclass)", "DEFAULT nextval('copy_1.s'::regclass)"),
            ("SET x = 'public.t is new'", "SET x = 'public.t is new'"),
            (
                "CREATE FUNCTION public.f() AS $x$ SELECT 1 FROM public.t $x$",
                "CREATE FUNCTION copy_1.f() AS $x$ SELECT 1 FROM copy_1.t $x$",
            ),
            (
                "CREATE FUNCTION f() AS 'SELECT ''x'' FROM public.t'",
                "CREATE FUNCTION f() AS 'SELECT ''x'' FROM copy_1.t'",
            ),
        ] {
            assert_eq!(moved(sql, &to), there);
        }
    }
}
