//! The columns that the query of a view reads, table by table.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, TableFactor, TableWithJoins, Visit, Visitor,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::expression;
use super::schema::{CreatedIn, Schema};
use crate::ident::{Ident, TableName};
use crate::migration::operation::TableRef;

/// What a query reads of each table. Only what is certain is in here.
pub type Uses = BTreeMap<TableName, Columns>;

/// Columns of one table.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    named: BTreeSet<Ident>,
    /// `*` of a table of which the files don't tell all columns.
    star: bool,
}

impl Columns {
    /// Whether a column is among them. `created_in` tells when the files made it, where they did.
    pub fn contain(&self, column: &Ident, created_in: CreatedIn) -> bool {
        self.named.contains(column) || self.star && created_in == CreatedIn::default()
    }

    /// Takes a new name for an old one.
    pub fn rename(&mut self, old: &Ident, new: &Ident) {
        if self.named.remove(old) {
            self.named.insert(new.clone());
        }
    }
}

/// Reads a query; what follows it, as `WITH NO DATA`, is left alone.
pub fn of(query: &str, schema: &Schema) -> Uses {
    let dialect = PostgreSqlDialect {};
    let parsed = Parser::new(&dialect).try_with_sql(query).and_then(|mut parser| parser.parse_query());
    let mut reader = Reader { schema, ctes: BTreeSet::new(), scopes: Vec::new(), uses: Uses::new() };
    if let Ok(query) = parsed {
        let _ = query.visit(&mut reader);
    }
    reader.uses
}

/// What a FROM offers: a table, or something whose columns are not a table's.
struct Source {
    alias: Ident,
    table: Option<TableName>,
}

struct Reader<'a> {
    schema: &'a Schema,
    ctes: BTreeSet<Ident>,
    /// What each SELECT around reads from, the innermost last.
    scopes: Vec<Vec<Source>>,
    uses: Uses,
}

impl Reader<'_> {
    fn sources(&self, from: &[TableWithJoins]) -> Vec<Source> {
        let factors = from.iter().flat_map(|one| {
            std::iter::once(&one.relation).chain(one.joins.iter().map(|join| &join.relation))
        });
        factors.map(|factor| self.source(factor)).collect()
    }

    fn source(&self, factor: &TableFactor) -> Source {
        let written = |alias: &sqlparser::ast::TableAlias| expression::ident(&alias.name);
        match factor {
            TableFactor::Table { name, alias, args, .. } => {
                let table = table(name).filter(|table| args.is_none() && !self.is_cte(table));
                let own = name.0.last().and_then(|part| part.as_ident()).map(expression::ident);
                let renamed = alias.as_ref().is_some_and(|alias| !alias.columns.is_empty());
                Source {
                    alias: alias.as_ref().map(written).or(own).unwrap_or_default(),
                    table: table.filter(|_| !renamed).map(|table| self.schema.resolve(&table)),
                }
            }
            TableFactor::Derived { alias, .. } => {
                Source { alias: alias.as_ref().map(written).unwrap_or_default(), table: None }
            }
            _ => Source { alias: Ident::default(), table: None },
        }
    }

    fn is_cte(&self, table: &TableRef) -> bool {
        table.schema.is_none() && self.ctes.contains(&table.name)
    }

    fn note(&mut self, table: TableName, column: Ident) {
        self.uses.entry(table).or_default().named.insert(column);
    }

    /// `alias.column`: the innermost alias of that name counts.
    fn qualified(&mut self, alias: &Ident, column: Ident) {
        let mut sources = self.scopes.iter().rev().flatten();
        let found = sources.find(|source| source.alias == *alias).and_then(|source| source.table.clone());
        if let Some(table) = found {
            self.note(table, column);
        }
    }

    /// `column`: of the table that is known to have it, or of the only one that there is.
    fn bare(&mut self, column: Ident) {
        let found = self.scopes.iter().rev().find_map(|scope| match scope.as_slice() {
            [Source { table: Some(table), .. }] if self.may_have(table, &column) => Some(table.clone()),
            sources => {
                let mut tables = sources.iter().filter_map(|source| source.table.as_ref());
                tables.find(|table| self.has(table, &column)).cloned()
            }
        });
        if let Some(table) = found {
            self.note(table, column);
        }
    }

    fn has(&self, table: &TableName, column: &Ident) -> bool {
        self.schema.relation(table).is_some_and(|known| known.columns.contains_key(column))
    }

    fn may_have(&self, table: &TableName, column: &Ident) -> bool {
        self.has(table, column) || !self.schema.relation(table).is_some_and(|known| known.complete)
    }

    /// `*` stands for the columns that there are now.
    fn star(&mut self, table: TableName) {
        let known = self.schema.relation(&table);
        let columns = known.map(|known| known.columns.keys().cloned().collect::<Vec<_>>());
        let star = !known.is_some_and(|known| known.complete);
        let uses = self.uses.entry(table).or_default();
        uses.named.extend(columns.unwrap_or_default());
        uses.star |= star;
    }

    fn projection(&mut self, item: &SelectItem) {
        let alias = match item {
            SelectItem::Wildcard(_) => None,
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                name.0.last().and_then(|part| part.as_ident()).map(expression::ident)
            }
            _ => return,
        };
        let scope = self.scopes.last().map(Vec::as_slice).unwrap_or_default();
        let meant = scope.iter().filter(|source| alias.as_ref().is_none_or(|alias| source.alias == *alias));
        let tables = meant.filter_map(|source| source.table.clone()).collect::<Vec<_>>();
        tables.into_iter().for_each(|table| self.star(table));
    }

    /// `USING (column)` reads both tables; with more of them, only those that are known to have it.
    fn using(&mut self, column: &Ident) {
        let scope = self.scopes.last().map(Vec::as_slice).unwrap_or_default();
        let two = scope.len() == 2;
        let tables = scope.iter().filter_map(|source| source.table.clone());
        let joined = tables.filter(|table| two || self.has(table, column)).collect::<Vec<_>>();
        joined.into_iter().for_each(|table| self.note(table, column.clone()));
    }
}

impl Visitor for Reader<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.ctes.extend(ctes.map(|cte| expression::ident(&cte.alias.name)));
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let sources = self.sources(&select.from);
        self.scopes.push(sources);
        select.projection.iter().for_each(|item| self.projection(item));
        let joins = select.from.iter().flat_map(|one| &one.joins);
        let joined = joins.filter_map(|join| using(&join.join_operator)).flatten();
        let columns = joined.filter_map(|name| name.0.last().and_then(|part| part.as_ident()));
        columns.for_each(|column| self.using(&expression::ident(column)));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::Identifier(name) => self.bare(expression::ident(name)),
            Expr::CompoundIdentifier(parts) => {
                if let [.., alias, column] = parts.as_slice() {
                    self.qualified(&expression::ident(alias), expression::ident(column));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn table(name: &ObjectName) -> Option<TableRef> {
    let mut parts = name.0.iter().rev().map_while(|part| part.as_ident()).map(expression::ident);
    let name = parts.next()?;
    Some(TableRef { schema: parts.next(), name })
}

fn using(join: &JoinOperator) -> Option<&[ObjectName]> {
    match join {
        JoinOperator::Join(JoinConstraint::Using(columns))
        | JoinOperator::Inner(JoinConstraint::Using(columns))
        | JoinOperator::Left(JoinConstraint::Using(columns))
        | JoinOperator::LeftOuter(JoinConstraint::Using(columns))
        | JoinOperator::Right(JoinConstraint::Using(columns))
        | JoinOperator::RightOuter(JoinConstraint::Using(columns))
        | JoinOperator::FullOuter(JoinConstraint::Using(columns)) => Some(columns),
        _ => None,
    }
}
