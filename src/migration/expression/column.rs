//! Which columns an expression names, and the expression with other names in it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{self, AccessExpr, BinaryOperator, UnaryOperator, Value, visit_expressions};
use sqlparser::tokenizer::Span as Place;

use super::parse::Tree;
use super::{Expr, strip, words};
use crate::ident::Ident;
use crate::migration::source::{Position, Source};

/// What an expression that is one column does with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cast {
    /// The column as it is: where it is assigned, PostgreSQL finds the cast.
    Assigned,
    /// `column::type` or `CAST(column AS type)`
    To(String),
}

/// A name of the parser's.
pub fn ident(name: &ast::Ident) -> Ident {
    Ident::written(&name.value, name.quote_style.is_some())
}

/// A column as it is written.
struct Named {
    qualifiers: Vec<Ident>,
    name: Ident,
    place: Place,
    /// Where the first qualifier begins, or the name itself.
    start: sqlparser::tokenizer::Location,
}

impl Named {
    fn of(expression: &ast::Expr) -> Option<Self> {
        let parts = match expression {
            ast::Expr::Identifier(name) => std::slice::from_ref(name),
            ast::Expr::CompoundIdentifier(parts) => parts,
            _ => return None,
        };
        let start = parts.first()?.span.start;
        let (name, qualifiers) = parts.split_last()?;
        let qualifiers = qualifiers.iter().map(ident).collect();
        Some(Self { qualifiers, name: ident(name), place: name.span, start })
    }

    /// Whether it may be a column of this table: it is bare, or stands behind the table's name.
    fn is_of(&self, table: &Ident) -> bool {
        self.qualifiers.last().is_none_or(|last| last == table)
    }
}

/// Every column of a tree, in order. The fields of `(composite).field` are none.
fn named(root: &ast::Expr) -> Vec<Named> {
    let (mut found, mut fields) = (Vec::new(), Vec::new());
    let _ = visit_expressions(root, |expression| {
        if let ast::Expr::CompoundFieldAccess { access_chain, .. } = expression {
            fields.extend(access_chain.iter().filter_map(|access| match access {
                AccessExpr::Dot(ast::Expr::Identifier(name)) => Some(name.span),
                AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
            }));
        }
        found.extend(Named::of(expression).filter(|column| !fields.contains(&column.place)));
        ControlFlow::<()>::Continue(())
    });
    found
}

impl Expr {
    /// Every column that the expression names, whatever table it is of. Without a tree every name is one.
    pub fn columns(&self) -> BTreeSet<Ident> {
        match self.tree() {
            Some(tree) => named(tree).into_iter().map(|column| column.name).collect(),
            None => {
                words(self.text()).into_iter().filter(|word| !word.called).map(|word| word.ident).collect()
            }
        }
    }

    /// The columns of `known` that the expression names; all of them where it names the row as a whole.
    pub fn columns_of<'k>(&self, table: &Ident, known: impl IntoIterator<Item = &'k Ident>) -> Vec<Ident> {
        let used = self.columns();
        let mut found: Vec<Ident> = Vec::new();
        let mut others: Vec<&Ident> = Vec::new();
        for column in known {
            if found.contains(column) || others.contains(&column) {
                continue;
            }
            if used.contains(column) { found.push(column.clone()) } else { others.push(column) }
        }
        let whole = used.contains(table) && !found.contains(table);
        if whole {
            found.extend(others.into_iter().cloned());
        }
        found
    }

    /// Whether the expression is one column of a table, cast or not, and nothing more.
    pub fn plain_cast_of(&self, table: &Ident, column: &Ident) -> Option<Cast> {
        let tree = self.parsed().filter(|tree| tree.is_whole)?;
        let is_column = |expression: &ast::Expr| {
            Named::of(strip(expression)).is_some_and(|found| found.name == *column && found.is_of(table))
        };
        match strip(&tree.root) {
            ast::Expr::Cast { expr, data_type, format: None, .. } if is_column(expr) => {
                Some(Cast::To(data_type.to_string()))
            }
            other => is_column(other).then_some(Cast::Assigned),
        }
    }

    /// Whether the expression is one column and casts of it, however many: `e::text::kind`.
    pub fn is_casts_of_a_column(&self) -> bool {
        fn casts(expression: &ast::Expr) -> bool {
            match strip(expression) {
                ast::Expr::Cast { expr, format: None, .. } => casts(expr),
                other => Named::of(other).is_some(),
            }
        }
        self.tree().is_some_and(casts)
    }

    /// Whether the expression is NULL and nothing else, cast or not: `NULL::text`, `CAST(NULL AS text)`.
    pub fn is_null_literal(&self) -> bool {
        fn null(expression: &ast::Expr) -> bool {
            match strip(expression) {
                ast::Expr::Cast { expr, .. } => null(expr),
                other => is_null(other),
            }
        }
        self.tree().is_some_and(null)
    }

    /// The expression with one column of a table under another name. Everything else stays as it is written.
    pub fn renamed(&self, table: &Ident, from: &Ident, to: &Ident) -> Self {
        let places = match self.parsed() {
            Some(tree) => self.places_of(tree, table, from),
            None => words(self.text())
                .into_iter()
                .filter(|word| word.may_be_column() && word.ident == *from)
                .filter(|word| word.qualifier().is_none_or(|last| last == table))
                .map(|word| word.span.range())
                .collect(),
        };
        let mut out = String::with_capacity(self.text().len());
        let mut copied = 0;
        for place in places {
            out.push_str(&self.text()[copied..place.start]);
            out.push_str(&to.to_string());
            copied = place.end;
        }
        out.push_str(&self.text()[copied..]);
        Self::new(out, self.span)
    }

    /// The expression over another one, which takes the place of a column; none where the parser can't read it.
    pub fn over(&self, table: &Ident, column: &Ident, value: &str) -> Option<Self> {
        let tree = self.parsed().filter(|tree| tree.is_whole)?;
        let mut out = String::new();
        let mut copied = 0;
        for place in self.spans_of(tree, table, column, |found| found.start) {
            out.push_str(&self.text()[copied..place.start]);
            out.push_str(&format!("({value})"));
            copied = place.end;
        }
        out.push_str(&self.text()[copied..]);
        Some(Self::new(out, self.span))
    }

    fn places_of(&self, tree: &Tree, table: &Ident, column: &Ident) -> Vec<std::ops::Range<usize>> {
        self.spans_of(tree, table, column, |found| found.place.start)
    }

    fn spans_of(
        &self,
        tree: &Tree,
        table: &Ident,
        column: &Ident,
        start: impl Fn(&Named) -> sqlparser::tokenizer::Location,
    ) -> Vec<std::ops::Range<usize>> {
        let source = Source::new("", self.text());
        let byte = |at| {
            let at = tree.place(at);
            source.byte_at(Position { line: at.line as usize, column: at.column as usize })
        };
        let columns = named(&tree.root).into_iter();
        let wanted = columns.filter(|found| found.name == *column && found.is_of(table));
        let mut places: Vec<_> = wanted.map(|found| byte(start(&found))..byte(found.place.end)).collect();
        places.sort_unstable_by_key(|place| place.start);
        places
    }

    /// The expression with `table.column` written as `column`: inside an expression function the row has no name.
    pub fn without_table(&self, table: &Ident) -> Self {
        let text = self.text();
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for word in words(text) {
            if !word.called && !word.no_column && word.qualifier() == Some(table) {
                out.push_str(&text[copied..word.start]);
                copied = word.span.start;
            }
        }
        if copied == 0 {
            return self.clone();
        }
        out.push_str(&text[copied..]);
        Self::new(out, self.span)
    }

    /// The columns that a valid CHECK with this condition proves to hold no NULL. PostgreSQL looks at the conjuncts
    /// of the condition and nowhere deeper; `CHECK (a > 0)` lets NULL pass.
    pub fn proves_not_null(&self) -> BTreeSet<Ident> {
        let mut proven = BTreeSet::new();
        if let Some(tree) = self.tree() {
            conjuncts(tree, &mut proven);
        }
        proven
    }

    /// Whether a condition forbids NULL in some columns and says nothing else.
    pub fn only_forbids_null(&self) -> bool {
        fn forbids(expression: &ast::Expr) -> bool {
            match strip(expression) {
                ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                    forbids(left) && forbids(right)
                }
                other => {
                    let mut proven = BTreeSet::new();
                    conjuncts(other, &mut proven);
                    !proven.is_empty()
                }
            }
        }
        self.tree().is_some_and(forbids)
    }
}

fn conjuncts(expression: &ast::Expr, proven: &mut BTreeSet<Ident>) {
    match expression {
        ast::Expr::Nested(inner) => conjuncts(inner, proven),
        ast::Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, proven);
            conjuncts(right, proven);
        }
        ast::Expr::IsNotNull(inner) => proven.extend(column(inner)),
        ast::Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            if let ast::Expr::IsNull(inner) = strip(expr) {
                proven.extend(column(inner));
            }
        }
        ast::Expr::IsDistinctFrom(left, right) => {
            if is_null(right) {
                proven.extend(column(left));
            } else if is_null(left) {
                proven.extend(column(right));
            }
        }
        _ => {}
    }
}

fn is_null(expression: &ast::Expr) -> bool {
    matches!(strip(expression), ast::Expr::Value(value) if value.value == Value::Null)
}

/// The column that an expression is, if it is one and nothing else.
pub fn column(expression: &ast::Expr) -> Option<Ident> {
    Named::of(strip(expression)).map(|column| column.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_however_they_are_written() {
        let known = ["id", "Name", "paid", "t"].map(Ident::from);
        let table = Ident::from("users");
        let used = |text: &str| {
            let used = Expr::from(text).columns_of(&table, &known);
            used.iter().map(Ident::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(used("coalesce(\"Name\", 'id') || $$paid$$"), "\"Name\"");
        assert_eq!(used("PAID + 1 -- id"), "paid");
        assert_eq!(used("id(\"Name\")::paid"), "\"Name\"");
        assert_eq!(used("users.id + public.users.\"paid\""), "id paid");
        assert_eq!(used("name"), "");
        assert_eq!(used("(t).id"), "t");
        assert_eq!(used("users IS NOT NULL"), "id \"Name\" paid t");
        assert_eq!(used("id::text COLLATE \"C\" > 'a'"), "id");
        assert_eq!(used("id !!! syntax PAID"), "id paid");
    }

    #[test]
    fn renames_whole_columns_only() {
        let (t, from, to) = (Ident::from("t"), Ident::from("id"), Ident::from("New"));
        let renamed = |text: &str| Expr::from(text).renamed(&t, &from, &to).text().to_owned();
        assert_eq!(
            renamed("\"id\"  > paid AND\n ('id' <> id(t.ID)::id)"),
            "\"New\"  > paid AND\n ('id' <> id(t.\"New\")::id)"
        );
        assert_eq!(renamed("other.id + (row).id + \"ID\""), "other.id + (row).id + \"ID\"");
        assert_eq!(renamed("é || id -- id"), "é || \"New\" -- id");
        assert_eq!(renamed("id ??? no sql"), "\"New\" ??? no sql");
    }

    #[test]
    fn drops_the_tables_name() {
        let without = |text: &str| Expr::from(text).without_table(&Ident::from("users")).text().to_owned();
        assert_eq!(without("users.name || 'users.x'"), "name || 'users.x'");
        assert_eq!(without("public.\"users\".name"), "name");
        assert_eq!(without("users.f(users.a)::users.status"), "users.f(a)::users.status");
    }

    #[test]
    fn a_cast_of_the_column_itself_is_plain() {
        let (t, c) = (Ident::from("t"), Ident::from("c"));
        let cast = |text: &str| Expr::from(text).plain_cast_of(&t, &c);
        let to = |type_: &str| Some(Cast::To(type_.to_owned()));
        for text in ["c", "\"c\"", "(C)", "t.c", "public.t.c"] {
            assert_eq!(cast(text), Some(Cast::Assigned), "{text}");
        }
        assert_eq!(cast("c::text"), to("TEXT"));
        assert_eq!(cast("(\"c\")::int8"), to("INT8"));
        assert_eq!(cast("CAST(t.\"c\" AS varchar(20))"), to("VARCHAR(20)"));
        assert_eq!(cast("c::\"Status\""), to("\"Status\""));
        for text in ["c AT TIME ZONE 'UTC'", "d::text", "o.c::text", "\"C\"::text", "c::text COLLATE \"C\""] {
            assert_eq!(cast(text), None, "{text}");
        }
    }

    #[test]
    fn null_is_known_by_its_tree() {
        for text in
            ["NULL", "null::text", "((NULL))::text", "CAST(NULL AS numeric(10,2))", "(NULL)::\"Status\""]
        {
            assert!(Expr::from(text).is_null_literal(), "{text}");
        }
        for text in
            ["0", "'NULL'", "\"null\"", "NULL IS NULL", "coalesce(NULL, 1)", "NULL + 1", "CAST(0 AS int)"]
        {
            assert!(!Expr::from(text).is_null_literal(), "{text}");
        }
    }

    #[test]
    fn only_conjuncts_prove_anything() {
        let proven = |text: &str| {
            Expr::from(text).proves_not_null().iter().map(Ident::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(proven("email IS NOT NULL"), "email");
        assert_eq!(
            proven("(Email IS NOT NULL) AND length(\"Name\") > 0 AND \"Name\" IS NOT NULL"),
            "\"Name\" email"
        );
        assert_eq!(proven("NOT (email IS NULL)"), "email");
        assert_eq!(proven("email IS DISTINCT FROM NULL"), "email");
        assert_eq!(proven("email > 'a'"), "");
        assert_eq!(proven("email IS NOT NULL OR phone IS NOT NULL"), "");
    }
}
