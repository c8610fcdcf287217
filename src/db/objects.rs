//! The part of the snapshot that is not about tables. `pg_get_object_address` finds every kind of object by its name,
//! so one query serves them all.

use std::collections::BTreeSet;

use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::versions::is_version_schema;
use super::{Session, followers, statement};
use crate::catalog::{Catalog, Dependent, FunctionBody, Object, ObjectClass, Privilege, TableSettings};
use crate::error::Result;
use crate::ident::{Ident, TableName};
use crate::migration;
use crate::migration::object::{Naming, ObjectKind, ObjectName};
use crate::migration::operation::Operation;

/// Adds the objects that operations name, and the settings of the tables that are in the snapshot already.
pub async fn load<'o>(
    session: &mut Session,
    catalog: &mut Catalog,
    operations: impl Iterator<Item = &'o Operation> + Clone,
) -> Result<()> {
    let default = Ident::new(catalog.schema.as_str());
    let gone = operations.clone().filter_map(Operation::names_gone);
    let gone: BTreeSet<TableName> = gone.map(|(table, _)| table.in_schema(&default)).collect();
    let mut found = Vec::new();
    for name in operations.flat_map(Operation::objects).map(|object| object.in_schema(&default)) {
        let address = address(session, &default, &name).await?;
        found.extend(address.map(|address| (name, address)));
    }
    // The server writes every name in full: the way back runs under another search path.
    bodies(session, catalog, &gone).await?;
    fill(session, catalog, found).await
}

async fn fill(session: &mut Session, catalog: &mut Catalog, found: Vec<(ObjectName, Address)>) -> Result<()> {
    for (name, (kind, names, types)) in found {
        let row = statement(FACTS).bind(kind).bind(names).bind(types);
        // An unknown name is an error to that function, and "not there" to us.
        let row = match row.fetch_optional(&mut session.conn).await {
            Err(error) if error.as_database_error().is_none() => return Err(error.into()),
            row => row.ok().flatten(),
        };
        let Some(row) = row else { continue };
        let mut object = object_of(&row);
        definition(session, &mut object, kind).await?;
        // An aggregate answers to the name of a function, but isn't one.
        if name.kind.naming() != Naming::Signature {
            catalog.objects.insert(name, object);
        } else if object.replace.is_some() {
            // By the name that the file has, and by the full one that steps have.
            let full = migration::object(&format!("{} {}", name.kind.keywords(), object.identity));
            let full = full.map(|full| full.in_schema(&Ident::new(catalog.schema.as_str())));
            catalog.objects.extend(full.map(|full| (full, object.clone())));
            catalog.objects.insert(name, object);
        }
    }
    for name in catalog.tables.keys() {
        let row = statement(SETTINGS).bind(name.to_string()).fetch_optional(&mut session.conn).await?;
        if let Some(row) = row {
            catalog.settings.insert(name.clone(), settings_of(&row));
        }
    }
    Ok(())
}

/// Functions that may speak of tables whose names, or whose columns' names, go. The planner looks closer.
async fn bodies(session: &mut Session, catalog: &mut Catalog, gone: &BTreeSet<TableName>) -> Result<()> {
    let tables = gone.iter().filter_map(|name| Some((name, catalog.tables.get(name)?)));
    let (names, oids): (Vec<&str>, Vec<i64>) =
        tables.map(|(name, table)| (name.name.as_str(), i64::from(table.oid))).unzip();
    if names.is_empty() {
        return Ok(());
    }
    for row in statement(BODIES).bind(names).bind(oids).fetch_all(&mut session.conn).await? {
        let trigger_of: Vec<i64> = row.get(2);
        catalog.functions.push(FunctionBody {
            identity: row.get(0),
            source: row.get(1),
            trigger_of: trigger_of.into_iter().map(|oid| oid as u32).collect(),
        });
    }
    Ok(())
}

/// What `pg_get_object_address` takes: kind, name, argument types. Nothing when an argument's type doesn't exist, or
/// a bare function name stands for none or several.
type Address = (&'static str, Vec<String>, Vec<i64>);

async fn address(session: &mut Session, default: &Ident, name: &ObjectName) -> Result<Option<Address>> {
    let own = name.name.as_str().to_owned();
    let kind = match name.kind {
        ObjectKind::Type | ObjectKind::Domain => "type",
        ObjectKind::Schema => "schema",
        ObjectKind::Extension => "extension",
        ObjectKind::Sequence => "sequence",
        ObjectKind::View => "view",
        ObjectKind::MaterializedView => "materialized view",
        ObjectKind::Function => "function",
        ObjectKind::Procedure => "procedure",
        ObjectKind::Trigger => "trigger",
        ObjectKind::Policy => "policy",
        ObjectKind::Statistics => "statistics object",
        ObjectKind::Table => "table",
        ObjectKind::Index => "index",
        ObjectKind::Constraint => "table constraint",
    };
    let schema = name.schema.as_str().to_owned();
    Ok(match (name.kind, &name.table) {
        (ObjectKind::Type | ObjectKind::Domain, _) => Some((kind, vec![name.bare()], Vec::new())),
        (ObjectKind::Table, _) => {
            relation(session, name).await?.map(|kind| (kind, vec![schema, own], vec![]))
        }
        (_, Some(table)) => {
            Some((kind, vec![table.schema.as_str().to_owned(), table.name.as_str().to_owned(), own], vec![]))
        }
        (_, None) if name.kind.naming() == Naming::Signature => {
            signature(session, default, name).await?.map(|types| (kind, vec![schema, own], types))
        }
        (_, None) if name.kind.naming() == Naming::Bare => Some((kind, vec![own], Vec::new())),
        (_, None) => Some((kind, vec![schema, own], Vec::new())),
    })
}

/// `GRANT … ON name` means any relation.
async fn relation(session: &mut Session, name: &ObjectName) -> Result<Option<&'static str>> {
    let sql =
        "SELECT c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = $1 AND c.relname = $2";
    let row = statement(sql).bind(name.schema.as_str()).bind(name.name.as_str());
    let row = row.fetch_optional(&mut session.conn).await?;
    Ok(row.and_then(|row| match row.get::<i8, _>(0) as u8 {
        b'r' | b'p' => Some("table"),
        b'v' => Some("view"),
        b'm' => Some("materialized view"),
        b'f' => Some("foreign table"),
        b'S' => Some("sequence"),
        _ => None,
    }))
}

async fn signature(session: &mut Session, default: &Ident, name: &ObjectName) -> Result<Option<Vec<i64>>> {
    let Some(arguments) = &name.arguments else {
        let rows = statement(OVERLOADS).bind(name.schema.as_str()).bind(name.name.as_str());
        let rows = rows.fetch_all(&mut session.conn).await?;
        return Ok(if let [row] = &rows[..] { Some(row.get(0)) } else { None });
    };
    let mut types = Vec::new();
    for written in arguments {
        match super::types::type_oid(session, default, written).await? {
            Some(found) => types.push(found),
            None => return Ok(None),
        }
    }
    Ok(Some(types))
}

/// Its oid, its column, what class of object it is, as PostgreSQL describes it.
type DependentRow = (i64, Option<String>, String, String);

/// Grantee, privilege, grant option, column.
type PrivilegeRow = (Option<String>, String, bool, Option<String>);

fn object_of(row: &PgRow) -> Object {
    let dependents: Json<Vec<DependentRow>> = row.get(7);
    let privileges: Json<Vec<PrivilegeRow>> = row.get(8);
    Object {
        oid: row.get::<i64, _>(1) as u32,
        identity: row.get(2),
        described: row.get(3),
        owned: row.get(4),
        comment: row.get(5),
        part_of: row.get(6),
        dependents: dependents
            .0
            .into_iter()
            .map(|(oid, column, what, class)| Dependent {
                class: ObjectClass::of(&class),
                oid: oid as u32,
                column: column.map(Ident::new),
                what,
            })
            .collect(),
        privileges: privileges
            .0
            .into_iter()
            .map(|(grantee, privilege, grantable, column)| Privilege {
                grantee,
                privilege,
                grantable,
                column: column.map(Ident::new),
            })
            .collect(),
        labels: row.get(9),
        options: row.get(10),
        ..Object::default()
    }
}

/// The former definition.
async fn definition(session: &mut Session, object: &mut Object, kind: &str) -> Result<()> {
    let query = match kind {
        "view" => VIEW,
        "function" | "procedure" => FUNCTION,
        "trigger" => TRIGGER,
        _ => return Ok(()),
    };
    let row = statement(query).bind(i64::from(object.oid)).fetch_one(&mut session.conn).await?;
    object.replace = row.get(0);
    object.rest = row.get(1);
    if kind == "view" {
        let views = followers::read(session, followers::VIEWS, &[i64::from(object.oid)]).await?;
        object.views = views.into_iter().map(|(_, view)| view).collect();
    }
    Ok(())
}

fn settings_of(row: &PgRow) -> TableSettings {
    let options: Vec<String> = row.get(3);
    let pair =
        |option: &String| option.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    TableSettings {
        replica_identity: row.get(0),
        row_security: row.get(1),
        forced_row_security: row.get(2),
        options: options.iter().filter_map(pair).collect(),
    }
}

/// Bodies that are text, in schemas of users; those of extensions are not theirs to change.
const BODIES: &str = "
SELECT (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0) i), p.prosrc, u.tables
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang,
LATERAL (SELECT array(SELECT DISTINCT t.tgrelid::bigint FROM pg_catalog.pg_trigger t
                      WHERE t.tgfoid = p.oid AND t.tgrelid = ANY ($2::bigint[]::oid[]))) u(tables)
WHERE l.lanname IN ('plpgsql', 'sql') AND p.prosqlbody IS NULL
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger own
                  WHERE own.tgfoid = p.oid AND pg_catalog.starts_with(own.tgname::text, 'zzzz_midflight_'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  AND (u.tables <> '{}' OR EXISTS (SELECT FROM pg_catalog.unnest($1::text[]) name
                                   WHERE pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(name)) > 0))
ORDER BY 1 LIMIT 500";

const OVERLOADS: &str = "
SELECT array(SELECT t::bigint FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY u(t, at) ORDER BY at)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = $1 AND p.proname = $2";

/// Dropping an object takes along what depends on it automatically; everything else that depends on any of these
/// stands in the way.
const FACTS: &str = concat!(
    "
WITH RECURSIVE target AS (
  SELECT classid, objid FROM pg_catalog.pg_get_object_address($1, $2,
    array(SELECT pg_catalog.format_type(t::oid, NULL) FROM pg_catalog.unnest($3::bigint[]) WITH ORDINALITY u(t, at) ORDER BY at))
), going AS (
  SELECT classid, objid FROM target
  UNION
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN going g ON d.refclassid = g.classid AND d.refobjid = g.objid
  WHERE d.deptype IN ('a', 'i', 'e', 'P', 'S')
), blocking AS (
  SELECT DISTINCT d.classid, d.objid, d.objsubid
  FROM pg_catalog.pg_depend d JOIN going g ON d.refclassid = g.classid AND d.refobjid = g.objid
  WHERE d.deptype = 'n' AND NOT EXISTS (SELECT FROM going s WHERE s.classid = d.classid AND s.objid = d.objid)
    -- What releases see through goes before.
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class own
                    WHERE own.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::regclass THEN d.objid
                                    ELSE (SELECT rule.ev_class FROM pg_catalog.pg_rewrite rule
                                          WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND rule.oid = d.objid) END
                      AND ",
    is_version_schema!("own.relnamespace"),
    ")
), owners AS (
  SELECT a.*, coalesce(c.relowner, p.proowner, t.typowner, n.nspowner, e.extowner, s.stxowner,
           (SELECT o.relowner FROM pg_catalog.pg_class o WHERE o.oid = coalesce(g.tgrelid, po.polrelid, k.conrelid))) AS owner,
         coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) AS acl,
         CASE WHEN c.relkind = 'S' THEN 's' WHEN c.relkind IN ('r', 'p', 'v', 'm', 'f') THEN 'r'
              WHEN p.oid IS NOT NULL THEN 'f' WHEN t.oid IS NOT NULL THEN 'T' WHEN n.oid IS NOT NULL THEN 'n' END::\"char\" AS acl_kind
  FROM target a
  LEFT JOIN pg_catalog.pg_class c ON a.classid = 'pg_catalog.pg_class'::regclass AND c.oid = a.objid
  LEFT JOIN pg_catalog.pg_proc p ON a.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = a.objid
  LEFT JOIN pg_catalog.pg_type t ON a.classid = 'pg_catalog.pg_type'::regclass AND t.oid = a.objid
  LEFT JOIN pg_catalog.pg_namespace n ON a.classid = 'pg_catalog.pg_namespace'::regclass AND n.oid = a.objid
  LEFT JOIN pg_catalog.pg_extension e ON a.classid = 'pg_catalog.pg_extension'::regclass AND e.oid = a.objid
  LEFT JOIN pg_catalog.pg_statistic_ext s ON a.classid = 'pg_catalog.pg_statistic_ext'::regclass AND s.oid = a.objid
  LEFT JOIN pg_catalog.pg_trigger g ON a.classid = 'pg_catalog.pg_trigger'::regclass AND g.oid = a.objid
  LEFT JOIN pg_catalog.pg_policy po ON a.classid = 'pg_catalog.pg_policy'::regclass AND po.oid = a.objid
  LEFT JOIN pg_catalog.pg_constraint k ON a.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = a.objid
)
SELECT o.classid::bigint, o.objid::bigint,
       (SELECT i.identity FROM pg_catalog.pg_identify_object(o.classid, o.objid, 0) i),
       (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_identify_object(o.classid, o.objid, 0) i),
       coalesce(pg_catalog.pg_has_role(o.owner, 'USAGE'), true),
       pg_catalog.obj_description(o.objid, (SELECT relname FROM pg_catalog.pg_class WHERE oid = o.classid)),
       (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_depend d,
          pg_catalog.pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) i
        WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype IN ('i', 'e') LIMIT 1),
       coalesce((SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_array(
           coalesce(r.ev_class, f.adrelid, b.objid)::bigint,
           (SELECT a.attname FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = coalesce(f.adrelid, CASE WHEN b.classid = 'pg_catalog.pg_class'::regclass THEN b.objid END)
              AND a.attnum = coalesce(f.adnum, nullif(b.objsubid, 0))),
           -- a view's rule is that view
           (SELECT CASE i.type WHEN 'table column' THEN 'column' ELSE i.type END || ' ' || i.identity FROM pg_catalog.pg_identify_object(
              CASE WHEN v.oid IS NULL THEN b.classid ELSE 'pg_catalog.pg_class'::regclass END, coalesce(v.oid, b.objid),
              CASE WHEN v.oid IS NULL THEN b.objsubid ELSE 0 END) i),
           b.classid::regclass::text))
         FROM blocking b
         LEFT JOIN pg_catalog.pg_rewrite r ON b.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = b.objid
         LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
         LEFT JOIN pg_catalog.pg_attrdef f ON b.classid = 'pg_catalog.pg_attrdef'::regclass AND f.oid = b.objid), '[]'),
       coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
           CASE WHEN held.grantee <> 0 THEN pg_catalog.pg_get_userbyid(held.grantee) END, held.privilege_type, held.is_grantable, held.attname))
         FROM (SELECT x.grantee, x.privilege_type, x.is_grantable, NULL::name AS attname
               FROM pg_catalog.aclexplode(coalesce(o.acl, pg_catalog.acldefault(o.acl_kind, o.owner))) x
               UNION ALL
               SELECT x.grantee, x.privilege_type, x.is_grantable, a.attname
               FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x
               WHERE o.classid = 'pg_catalog.pg_class'::regclass AND a.attrelid = o.objid AND NOT a.attisdropped) held), '[]'),
       array(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
             WHERE o.classid = 'pg_catalog.pg_type'::regclass AND e.enumtypid = o.objid ORDER BY e.enumsortorder),
       (SELECT pg_catalog.format('AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s', s.seqtypid::regtype,
                 s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
               || ' OWNED BY ' || coalesce((SELECT pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname)
                    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
                    WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'a' AND d.refclassid = 'pg_catalog.pg_class'::regclass), 'NONE')
        FROM pg_catalog.pg_sequence s WHERE o.classid = 'pg_catalog.pg_class'::regclass AND s.seqrelid = o.objid)
FROM owners o"
);

/// The end of a query that gives everything a freshly made object lacks. `o` has `kind`, `name`, `owner`, `acl`.
macro_rules! granted {
    () => {
        "SELECT 1 AS at, pg_catalog.format('ALTER %s %s OWNER TO %I', o.kind, o.name, pg_catalog.pg_get_userbyid(o.owner)) AS sql
           FROM o WHERE o.owner <> (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
         UNION ALL
         SELECT 2, pg_catalog.format('REVOKE ALL ON %s %s FROM PUBLIC', o.grant_kind, o.name) FROM o WHERE o.acl IS NOT NULL
         UNION ALL
         SELECT 3, pg_catalog.format('GRANT %s ON %s %s TO %s', x.privilege_type, o.grant_kind, o.name,
                CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
                || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
           FROM o, pg_catalog.aclexplode(o.acl) x
         UNION ALL
         SELECT 5, pg_catalog.format('COMMENT ON %s %s IS %L', o.kind, o.name, d.description)
           FROM o JOIN pg_catalog.pg_description d ON d.objoid = o.oid AND d.objsubid = 0 AND d.classoid = o.class"
    };
}

const VIEW: &str = concat!(
    "WITH o AS (
       SELECT c.oid, 'pg_catalog.pg_class'::regclass AS class, 'VIEW' AS kind, 'TABLE' AS grant_kind, c.relowner AS owner,
              c.relacl AS acl, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.reloptions
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid
     ), rest AS (",
    granted!(),
    "   UNION ALL
        SELECT 4, pg_catalog.format('GRANT %s (%I) ON %s TO %s', x.privilege_type, a.attname, o.name,
               CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
               || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
          FROM o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid, pg_catalog.aclexplode(a.attacl) x
        UNION ALL
        SELECT 6, pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', o.name, a.attname, d.description)
          FROM o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0
          JOIN pg_catalog.pg_description d ON d.objoid = o.oid AND d.objsubid = a.attnum AND d.classoid = o.class
        UNION ALL
        SELECT 7, pg_catalog.format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', o.name, a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid))
          FROM o JOIN pg_catalog.pg_attrdef f ON f.adrelid = o.oid
          JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum = f.adnum
        UNION ALL
        SELECT 8, pg_catalog.pg_get_triggerdef(t.oid) FROM o JOIN pg_catalog.pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal
        UNION ALL
        SELECT 9, pg_catalog.pg_get_ruledef(r.oid) FROM o JOIN pg_catalog.pg_rewrite r ON r.ev_class = o.oid AND r.rulename <> '_RETURN'
     )
     SELECT pg_catalog.format('CREATE OR REPLACE VIEW %s%s AS %s', o.name,
              ' WITH (' || pg_catalog.array_to_string(o.reloptions, ', ') || ')', pg_catalog.pg_get_viewdef(o.oid)),
            array(SELECT sql FROM rest ORDER BY at, sql)
     FROM o"
);

const FUNCTION: &str = concat!(
    "WITH o AS (
       SELECT p.oid, 'pg_catalog.pg_proc'::regclass AS class, kind, kind AS grant_kind, p.proowner AS owner, p.proacl AS acl,
              p.oid::regprocedure::text AS name
       FROM pg_catalog.pg_proc p, LATERAL (SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind) k
       WHERE p.oid = $1::oid
     ), rest AS (",
    granted!(),
    ")
     SELECT CASE WHEN (SELECT p.prokind FROM pg_catalog.pg_proc p WHERE p.oid = o.oid) IN ('f', 'p', 'w')
                 THEN pg_catalog.pg_get_functiondef(o.oid) END,
            array(SELECT sql FROM rest ORDER BY at, sql)
     FROM o"
);

/// Constraint triggers can't be replaced.
const TRIGGER: &str = "
SELECT CASE WHEN t.tgconstraint = 0
            THEN pg_catalog.regexp_replace(pg_catalog.pg_get_triggerdef(t.oid), '^CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER') END,
       CASE WHEN t.tgenabled <> 'O'
            THEN array[pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
                   CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)]
            ELSE array[]::text[] END
FROM pg_catalog.pg_trigger t WHERE t.oid = $1::oid";

const SETTINGS: &str = "
SELECT CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
            WHEN 'i' THEN coalesce((SELECT pg_catalog.format('USING INDEX %I', x.relname) FROM pg_catalog.pg_index i
                 JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident), 'NOTHING')
            ELSE 'DEFAULT' END,
       c.relrowsecurity, c.relforcerowsecurity,
       coalesce(c.reloptions, '{}') || array(SELECT 'toast.' || o FROM pg_catalog.pg_class t, pg_catalog.unnest(t.reloptions) o
                                             WHERE t.oid = c.reltoastrelid)
FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)";
