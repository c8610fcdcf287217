//! The columns of a view, as far as its text tells.

use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::lex;
use crate::ident::Ident;
use crate::migration::source::Source;

/// What the columns are called, from what follows a view's name: `(a, b) AS SELECT …`, `AS SELECT a, b AS c FROM …`. None
/// where a `*` or an expression without a name leaves it open.
pub fn view_columns(definition: &str) -> Option<Vec<Ident>> {
    let source = Source::new("", definition);
    let lexed = lex(&source.text);
    let mut cursor = Cursor::new(&source, &lexed.tokens);
    if let Ok(names) = cursor.names() {
        return Some(names.into_iter().map(|name| name.value).collect());
    }
    cursor.until(|at| at.at("AS"));
    cursor.eat("AS");
    while let Ok(inside) = cursor.group("a query") {
        cursor = inside;
    }
    if !cursor.eat("SELECT") {
        return None;
    }
    if cursor.eat("DISTINCT") && cursor.eat("ON") {
        cursor.group("what is distinct").ok()?;
    }
    let ends = ["FROM", "WHERE", "UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "GROUP"];
    let list = cursor.until(|at| ends.iter().any(|word| at.at(word)));
    list.commas().iter().map(column).collect()
}

/// `expression AS name`, `expression name`, `table.name`, `function(…)`
fn column(item: &Cursor) -> Option<Ident> {
    let tokens = item.tokens;
    let name = |at: usize| {
        let tok = tokens.get(at)?;
        matches!(tok.token, Token::Word(_)).then(|| Ident::parse(item.source.slice(tok.span)))
    };
    let last = tokens.len().checked_sub(1)?;
    let before = last.checked_sub(1).and_then(|at| tokens.get(at));
    match before {
        None => name(last),
        Some(tok) if tok.is("AS") || tok.token == Token::Period => name(last),
        // a cast gives its operand's name, and `CASE … END` has one of its own: neither is asked here
        Some(tok) if tok.token == Token::RParen || tok.is("END") => {
            name(last).filter(|_| !tokens[last].is("END"))
        }
        Some(tok) if matches!(tok.token, Token::Word(_)) && last == 1 => name(last),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_by_their_items() {
        let of = |sql: &str| {
            view_columns(sql).map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let some = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            of("AS SELECT id, p.label, count(*) AS n, max(a) top FROM p"),
            some(&["id", "label", "n", "top"])
        );
        assert_eq!(of("(a, \"B c\") AS SELECT 1, 2"), some(&["a", "\"B c\""]));
        assert_eq!(of("WITH (security_barrier) AS SELECT DISTINCT ON (a, b) a FROM t"), some(&["a"]));
        assert_eq!(of("AS SELECT * FROM t"), None);
        assert_eq!(of("AS SELECT a + b FROM t"), None);
        assert_eq!(of("AS WITH x AS (SELECT 1) SELECT * FROM x"), None);
    }
}
