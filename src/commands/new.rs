//! `new`: a migration file to fill in.

use std::path::Path;

use super::context::Context;
use crate::error::{Error, Result};
use crate::migration;

/// Write a commented migration file with the next number
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  midflight new rename_customer\n  midflight new split_name --yaml")]
pub struct NewArgs {
    /// What the migration does, in a few words: `rename_customer`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// YAML instead of SQL: for changes that need `up` and `down`
    #[arg(long)]
    pub yaml: bool,
}

/// Writes the file and says where.
///
/// # Errors
/// Exit 2 for a name that makes no file name, or a folder that can't be written.
pub fn run(args: &NewArgs, context: &Context) -> Result<()> {
    let folder = Path::new(&context.settings.migrations);
    let name: String = args.name.to_lowercase().replace([' ', '-'], "_");
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Err(Error::usage(format!("`{}` can't be part of a file name", args.name))
            .hint("use letters, digits and `_`, such as `rename_customer`"));
    }
    let failed =
        |error: std::io::Error| Error::usage(format!("can't write to `{}`: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let number = next_number(&migration::folder(&context.settings.migrations)?);
    let (ending, text) = if args.yaml { ("yaml", YAML) } else { ("sql", SQL) };
    let path = folder.join(format!("{number:04}_{name}.{ending}"));
    std::fs::write(&path, text).map_err(failed)?;
    context.printer.out(&path.display().to_string());
    Ok(())
}

/// One more than the highest number that a migration's name begins with.
fn next_number(migrations: &[migration::Migration]) -> u64 {
    let number = |id: &str| {
        id.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<u64>().ok())
    };
    migrations.iter().filter_map(|migration| number(&migration.id)).max().map_or(1, |highest| highest + 1)
}

const SQL: &str = "\
-- Plain PostgreSQL. midflight carries it through expand, backfill and contract; `midflight plan` shows how.
--
--   ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;
--   ALTER TABLE users RENAME COLUMN name TO full_name;
--   ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';
--   CREATE INDEX orders_created_at_idx ON orders (created_at);
--   ALTER TABLE users DROP COLUMN legacy_flag;
--
-- Comments directly above a statement say what SQL can't:
--
--   -- midflight: reverse price = round(price_cents / 100.0, 2)      how to get the old value back
--   -- midflight: phase contract                                      where a statement runs that has no plan
--   -- midflight: allow drop-column because no release reads it       silences a lint finding

";

const YAML: &str = "\
# The same operations as in SQL, and some that SQL has no words for; `midflight plan` shows what becomes of them.
# Put yours in the place of the empty list, such as
#
# operations:
#   - transform_columns:
#       table: users
#       from: [name]
#       to:
#         - {name: first_name, type: text, not_null: true}
#         - {name: last_name, type: text}
#       up: {first_name: \"split_part(name, ' ', 1)\", last_name: \"nullif(split_part(name, ' ', 2), '')\"}
#       down: {name: \"concat_ws(' ', first_name, last_name)\"}
#   - set_not_null: {table: users, column: email, up: \"coalesce(email, 'unknown@example.com')\"}
operations: []
";
