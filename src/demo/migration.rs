//! The migration of the demo.

use std::fs;
use std::path::Path;

/// Its id.
pub const ID: &str = "0001_widen_amount_and_rename_customer";

/// Its statements.
pub const SQL: &str = "\
ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;
ALTER TABLE orders RENAME COLUMN customer TO customer_name;
";

/// Writes it to a new folder.
pub fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    fs::write(folder.join(format!("{ID}.sql")), SQL)
}
