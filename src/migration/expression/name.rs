//! What PostgreSQL calls a result that nobody named (`FigureColname`).

use sqlparser::ast::{self, DataType};

use super::{Call, Expr, column, strip};
use crate::ident::Ident;

impl Expr {
    /// The name of the expression's result: its column, the function that it calls, the type that it is cast to. None
    /// where it has none of these.
    pub fn result_name(&self) -> Option<Ident> {
        match named(self.tree()?) {
            Named::Well(name) | Named::Poorly(name) => Some(name),
            Named::Not => None,
        }
    }
}

/// How good a name is: a cast gives way to a good one.
enum Named {
    Well(Ident),
    Poorly(Ident),
    Not,
}

fn named(expression: &ast::Expr) -> Named {
    let well = |name: &str| Named::Well(Ident::new(name));
    if let Some(column) = column(expression) {
        return Named::Well(column);
    }
    match strip(expression) {
        ast::Expr::Function(function) => Call::of(function).map_or(Named::Not, |call| Named::Well(call.name)),
        ast::Expr::Cast { expr, data_type, .. } => match named(expr) {
            Named::Well(name) => Named::Well(name),
            Named::Poorly(_) | Named::Not => type_name(data_type).map_or(Named::Not, Named::Poorly),
        },
        ast::Expr::Collate { expr, .. } => named(expr),
        ast::Expr::Case { else_result, .. } => match else_result.as_deref().map(named) {
            Some(Named::Well(name)) => Named::Well(name),
            Some(Named::Poorly(_) | Named::Not) | None => Named::Poorly(Ident::new("case")),
        },
        ast::Expr::Extract { .. } => well("extract"),
        ast::Expr::AtTimeZone { .. } => well("timezone"),
        ast::Expr::Substring { .. } => well("substring"),
        ast::Expr::Position { .. } => well("position"),
        ast::Expr::Overlay { .. } => well("overlay"),
        ast::Expr::Ceil { .. } => well("ceil"),
        ast::Expr::Floor { .. } => well("floor"),
        ast::Expr::Trim { trim_where: None | Some(ast::TrimWhereField::Both), .. } => well("btrim"),
        ast::Expr::Trim { trim_where: Some(ast::TrimWhereField::Leading), .. } => well("ltrim"),
        ast::Expr::Trim { trim_where: Some(ast::TrimWhereField::Trailing), .. } => well("rtrim"),
        ast::Expr::Array(_) => well("array"),
        ast::Expr::Tuple(_) => well("row"),
        _ => Named::Not,
    }
}

/// The last part of a type's name in the catalog.
fn type_name(written: &DataType) -> Option<Ident> {
    let name = match written {
        DataType::Custom(name, _) => return name.0.last().and_then(|part| part.as_ident()).map(super::ident),
        DataType::Text => "text",
        DataType::Varchar(_) | DataType::CharacterVarying(_) => "varchar",
        DataType::Char(_) | DataType::Character(_) => "bpchar",
        DataType::SmallInt(_) | DataType::Int2(_) => "int2",
        DataType::Int(_) | DataType::Integer(_) | DataType::Int4(_) => "int4",
        DataType::BigInt(_) | DataType::Int8(_) => "int8",
        DataType::Numeric(_) | DataType::Decimal(_) => "numeric",
        DataType::Real | DataType::Float4 => "float4",
        DataType::DoublePrecision | DataType::Float8 => "float8",
        DataType::Boolean | DataType::Bool => "bool",
        DataType::Date => "date",
        DataType::Uuid => "uuid",
        DataType::JSON => "json",
        DataType::JSONB => "jsonb",
        _ => return None,
    };
    Some(Ident::new(name))
}
