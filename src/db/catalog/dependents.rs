//! What depends on a table from outside: foreign keys that refer to it, triggers on it, and what can't follow its columns.

use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::catalog::{Dependent, Inbound, ObjectClass, Table, Trigger, TriggerFunction};
use crate::db::row::{ident, idents, name};
use crate::error::Result;

pub(super) fn add_inbound(table: &mut Table, row: &PgRow) -> Result<()> {
    table.referenced_by.push(Inbound {
        table: name(row, 1),
        constraint: ident(row, 3),
        columns: idents(row, 4),
        definition: row.get(5),
        validated: row.get(6),
        comment: row.get(7),
        owned: row.get(8),
        partitioned: row.get(9),
    });
    Ok(())
}

pub(super) fn add_trigger(table: &mut Table, row: &PgRow) -> Result<()> {
    let name = ident(row, 1);
    table.triggers.push(Trigger {
        ours: name.as_str().starts_with("zzzz_midflight_"),
        name,
        before_update_row: row.get(2),
        before_row: row.get(3),
        function: TriggerFunction {
            name: row.get(4),
            keeps_plans: row.get(5),
            owned: row.get(6),
            cost: row.get(7),
        },
    });
    Ok(())
}

pub(super) fn add_dependent(table: &mut Table, row: &PgRow) -> Result<()> {
    table.dependents.entry(ident(row, 1)).or_default().push(Dependent {
        class: ObjectClass::of(row.get(2)),
        oid: row.get::<i64, _>(3) as u32,
        column: None,
        what: row.get(4),
    });
    Ok(())
}

pub(super) const REFERENCED_BY: &str = "
SELECT k.confrelid::bigint, n.nspname::text, c.relname::text, k.conname::text,
       (SELECT pg_catalog.array_agg(a.attname::text) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey)),
       pg_catalog.pg_get_constraintdef(k.oid), k.convalidated, pg_catalog.obj_description(k.oid, 'pg_constraint'),
       pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.relkind = 'p'
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = ANY ($1::bigint[]::oid[]) ORDER BY k.oid";

/// `tgtype` bits: 1 row, 2 before, 4 insert, 16 update.
pub(super) const TRIGGERS: &str = "
SELECT t.tgrelid::bigint, t.tgname::text, (t.tgtype & 19) = 19, (t.tgtype & 3) = 3 AND (t.tgtype & 20) <> 0,
       t.tgfoid::pg_catalog.regproc::text, l.lanname = 'plpgsql', pg_catalog.pg_has_role(p.proowner, 'USAGE'), p.procost
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE t.tgrelid = ANY ($1::bigint[]::oid[]) AND NOT t.tgisinternal ORDER BY t.tgname";

/// A default that counts with the sequence of another column.
pub(super) fn add_sequence_user(table: &mut Table, row: &PgRow) -> Result<()> {
    table.sequence_users.entry(ident(row, 1)).or_default().push(Dependent {
        class: ObjectClass::Default,
        oid: row.get::<i64, _>(2) as u32,
        column: Some(ident(row, 3)),
        what: row.get(4),
    });
    Ok(())
}

/// Defaults of other columns that count with a column's own sequence: they keep the column, and its table, from going.
pub(super) const SEQUENCE_USERS: &str = "
SELECT own.refobjid::bigint, a.attname::text, def.adrelid::bigint, used.attname::text, i.type || ' ' || i.identity
FROM pg_catalog.pg_depend own
JOIN pg_catalog.pg_class s ON s.oid = own.objid AND s.relkind = 'S'
JOIN pg_catalog.pg_attribute a ON a.attrelid = own.refobjid AND a.attnum = own.refobjsubid
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.oid
     AND d.classid = 'pg_catalog.pg_attrdef'::regclass
JOIN pg_catalog.pg_attrdef def ON def.oid = d.objid AND (def.adrelid, def.adnum) IS DISTINCT FROM (a.attrelid, a.attnum)
JOIN pg_catalog.pg_attribute used ON used.attrelid = def.adrelid AND used.attnum = def.adnum
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE own.classid = 'pg_catalog.pg_class'::regclass AND own.refclassid = 'pg_catalog.pg_class'::regclass
  AND own.refobjid = ANY ($1::bigint[]::oid[]) AND own.refobjsubid > 0 AND own.deptype IN ('a', 'i')
ORDER BY 1, 2, 5";

/// What depends on a column and can't follow a successor.
pub(super) const DEPENDENTS: &str = "
SELECT d.refobjid::bigint, a.attname::text, d.classid::regclass::text, d.objid::bigint, i.type || ' ' || i.identity
FROM pg_catalog.pg_depend d
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ANY ($1::bigint[]::oid[]) AND d.refobjsubid > 0
  AND NOT (d.classid = 'pg_catalog.pg_attrdef'::regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_attrdef own WHERE own.oid = d.objid AND own.adrelid = d.refobjid AND own.adnum = d.refobjsubid))
  AND NOT (d.classid = 'pg_catalog.pg_class'::regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = d.objid AND c.relkind IN ('i', 'I', 'S')))
  AND d.classid NOT IN ('pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_trigger'::regclass,
                        'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_statistic_ext'::regclass,
                        -- Lists and conditions of publications are read with them.
                        'pg_catalog.pg_publication_rel'::regclass)
  -- A rule of a view is that view, which is read elsewhere; a rule of the table itself stands in the way.
  AND NOT (d.classid = 'pg_catalog.pg_rewrite'::regclass
           AND EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.oid = d.objid AND r.ev_class <> d.refobjid))
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 5";
