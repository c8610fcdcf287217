//! Catalogs whose rows say all there is to say: they are read as they are, with names in place of OIDs. Which column
//! holds whose OID, the server knows by itself (`pg_get_catalog_foreign_keys`).

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};

use super::catalog::{objects, privileges};
use super::{Key, Options, Properties};
use crate::db::{Session, statement};
use crate::error::Result;
use crate::ident::literal;

/// A catalog.
pub struct Plain {
    /// Its name.
    pub catalog: &'static str,
    kind: &'static str,
    /// The name of an object, of the row `x`.
    name: &'static str,
    /// Which rows.
    which: &'static str,
    /// The privileges: column, letter of their kind, column of the owner. Defaults for later objects have no owner.
    privileges: Option<(&'static str, &'static str, &'static str)>,
    /// Columns that are left out.
    without: &'static [&'static str],
}

const OWN: &str = "x.oid >= 16384";

const fn plain(catalog: &'static str, kind: &'static str) -> Plain {
    Plain {
        catalog,
        kind,
        name: "(pg_identify_object(x.tableoid, x.oid, 0)).identity",
        which: OWN,
        privileges: None,
        without: &[],
    }
}

/// All of them.
pub const CATALOGS: [Plain; 26] = [
    Plain {
        which: "x.oid >= 16384 AND typnamespace::regnamespace::text !~ '^pg_(toast|temp)' AND x.typnamespace <> 'information_schema'::regnamespace
                AND x.typnamespace::regnamespace::text <> quote_ident(:state)
                AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = x.typrelid AND c.relkind <> 'c')
                AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = x.oid)",
        privileges: Some(("typacl", "T", "typowner")),
        without: &["typarray", "typrelid", "typdefaultbin"],
        ..plain("pg_type", "type")
    },
    Plain {
        name: "format_type(x.rngtypid, NULL)",
        which: "x.rngtypid >= 16384",
        ..plain("pg_range", "range")
    },
    Plain {
        name: "x.aggfnoid::regprocedure::text",
        which: "x.aggfnoid >= 16384",
        ..plain("pg_aggregate", "work of aggregate")
    },
    plain("pg_operator", "operator"),
    plain("pg_opclass", "operator class"),
    plain("pg_opfamily", "operator family"),
    plain("pg_amop", "operator of a family"),
    plain("pg_amproc", "function of a family"),
    plain("pg_am", "access method"),
    plain("pg_collation", "collation"),
    plain("pg_conversion", "conversion"),
    plain("pg_cast", "cast"),
    plain("pg_transform", "transform"),
    Plain { privileges: Some(("lanacl", "l", "lanowner")), ..plain("pg_language", "language") },
    plain("pg_ts_config", "text search configuration"),
    Plain {
        name: "format('%s, token type %s, %s', (pg_identify_object('pg_ts_config'::regclass, x.mapcfg, 0)).identity, x.maptokentype, x.mapseqno)",
        which: "x.mapcfg >= 16384",
        ..plain("pg_ts_config_map", "mapping of a text search configuration")
    },
    plain("pg_ts_dict", "text search dictionary"),
    plain("pg_ts_parser", "text search parser"),
    plain("pg_ts_template", "text search template"),
    Plain {
        privileges: Some(("fdwacl", "F", "fdwowner")),
        ..plain("pg_foreign_data_wrapper", "foreign-data wrapper")
    },
    Plain { privileges: Some(("srvacl", "S", "srvowner")), ..plain("pg_foreign_server", "server") },
    plain("pg_user_mapping", "user mapping"),
    plain("pg_event_trigger", "event trigger"),
    Plain { privileges: Some(("defaclacl", "", "")), ..plain("pg_default_acl", "default privileges") },
    plain("pg_publication", "publication"),
    Plain {
        which: "x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        without: &["subskiplsn", "subdbid"],
        ..plain("pg_subscription", "subscription")
    },
];

/// A column that holds OIDs of another catalog.
struct Reference {
    column: String,
    to: String,
    is_list: bool,
}

/// Reads them.
pub async fn read(session: &mut Session, options: &Options) -> Result<Vec<(Key, Properties)>> {
    let names: Vec<&str> = CATALOGS.iter().map(|one| one.catalog).collect();
    let references =
        "SELECT fktable::text, fkcols[1], pktable::text, is_array FROM pg_get_catalog_foreign_keys()
                      WHERE cardinality(fkcols) = 1 AND fktable::text = ANY ($1)";
    let mut by_catalog: BTreeMap<String, Vec<Reference>> = BTreeMap::new();
    for row in statement(references).bind(&names[..]).fetch_all(&mut session.conn).await? {
        let reference = Reference { column: row.try_get(1)?, to: row.try_get(2)?, is_list: row.try_get(3)? };
        by_catalog.entry(row.try_get(0)?).or_default().push(reference);
    }
    let mut found = Vec::new();
    for one in &CATALOGS {
        let sql = one.query(by_catalog.get(one.catalog).map_or(&[], Vec::as_slice));
        let sql = sql.replace(":state", &literal(options.state_schema.as_str()));
        let rows = statement(AssertSqlSafe(sql)).fetch_all(&mut session.conn).await?;
        found.extend(objects(&rows)?);
    }
    Ok(found)
}

impl Plain {
    fn query(&self, references: &[Reference]) -> String {
        let named = |reference: &Reference| {
            let Reference { column, to, is_list } = reference;
            let name = |oid: &str| format!("(pg_identify_object('{to}'::regclass, {oid}, 0)).identity");
            let value = if *is_list {
                format!(
                    "(SELECT string_agg({}, ', ' ORDER BY place) FROM unnest(x.{column}::oid[]) WITH ORDINALITY item (oid, place))",
                    name("item.oid")
                )
            } else {
                format!("CASE WHEN x.{column} <> 0 THEN {} END", name(&format!("x.{column}")))
            };
            (column.clone(), value)
        };
        let mut written: Vec<(String, String)> = references.iter().map(named).collect();
        match self.privileges {
            None => {}
            Some((column, "", _)) => {
                let list = format!(
                    "(SELECT string_agg(item::text, ', ' ORDER BY item::text COLLATE \"C\") FROM unnest(x.{column}) item)"
                );
                written.push((column.to_owned(), list));
            }
            Some((column, kind, owner)) => {
                let list = privileges(&format!("x.{column}"), &literal(kind), &format!("x.{owner}"));
                written.push((column.to_owned(), list));
            }
        }
        written.retain(|(column, _)| !self.without.contains(&column.as_str()));
        let replaced = references.iter().map(|reference| reference.column.as_str());
        let replaced = replaced.chain(self.privileges.map(|(column, ..)| column));
        let gone: Vec<String> =
            replaced.chain(self.without.iter().copied()).chain(["oid"]).map(literal).collect();
        let pairs: Vec<String> =
            written.iter().map(|(column, value)| format!("{}, {value}", literal(column))).collect();
        format!(
            "SELECT {}, {}, (to_jsonb(x) - ARRAY[{}]) || jsonb_build_object({}) FROM {} x WHERE {}",
            literal(self.kind),
            self.name,
            gone.join(", "),
            pairs.join(", "),
            self.catalog,
            self.which
        )
    }
}
