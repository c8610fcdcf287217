//! Types that a file renames.

use crate::catalog::Catalog;
use crate::ident::{Ident, TableName};
use crate::migration;

/// Columns are of the type, whatever it is called.
pub(super) fn rename_in_columns(catalog: &mut Catalog, from: &TableName, to: &Ident) {
    let schema = Ident::new(catalog.schema.as_str());
    let of_it = |text: &str| {
        let end = text.find(['(', '[']).unwrap_or(text.len());
        let named = migration::table_named(text[..end].trim())?;
        (named.in_schema(&schema) == *from).then(|| text[end..].to_owned())
    };
    let renamed = TableName::new(from.schema.clone(), to.clone());
    for column in catalog.tables.values_mut().flat_map(|table| &mut table.columns) {
        if let Some(rest) = of_it(&column.type_) {
            column.type_ = format!("{renamed}{rest}");
            column.type_info.base = renamed.to_string();
            column.type_info.spelling.clone_from(&column.type_);
        }
    }
}
