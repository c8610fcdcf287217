//! What a user can see of a database, as sorted lines: two of them tell whether anything changed

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

/// Everything in the catalog that belongs to the user: all schemas but midflight's own and the server's. The order
/// of columns is left out.
pub async fn catalog(conn: &mut PgConnection) -> Vec<String> {
    // Names come out with their schema, whatever the role's search_path is.
    sqlx::raw_sql("SET search_path = pg_catalog").execute(&mut *conn).await.unwrap();
    let mut lines = Vec::new();
    for query in [
        SCHEMAS,
        RELATIONS,
        COLUMNS,
        CONSTRAINTS,
        INDEXES,
        TRIGGERS,
        SEQUENCES,
        FUNCTIONS,
        TYPES,
        POLICIES,
        STATISTICS,
    ] {
        let sql = query.replace(
            ":user_schemas",
            "(n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'midflight')
              AND coalesce(obj_description(n.oid, 'pg_namespace'), '') NOT LIKE 'midflight version %')",
        );
        let found: Vec<Option<String>> = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
            .fetch_all(&mut *conn)
            .await
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
        lines.extend(found.into_iter().map(|line| line.unwrap_or_else(|| panic!("a NULL line from {sql}"))));
    }
    sqlx::raw_sql("RESET search_path").execute(conn).await.unwrap();
    lines.sort();
    lines
}

/// Every row of every table of the user, columns by name
pub async fn rows(conn: &mut PgConnection, not_compared: &[(String, String)]) -> Vec<String> {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.relname::text, format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'midflight')",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    let mut lines = Vec::new();
    for (name, table) in tables {
        let left_out: Vec<&str> =
            not_compared.iter().filter(|(of, _)| *of == name).map(|(_, column)| column.as_str()).collect();
        let sql = format!("SELECT (to_jsonb(t) - $1::text[])::text FROM {table} t");
        let found: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(left_out).fetch_all(&mut *conn).await.unwrap();
        lines.extend(found.into_iter().map(|row| format!("{table}: {row}")));
    }
    lines.sort();
    lines
}

/// What midflight has outside its schema, by name, and what it has inside beside its tables
pub async fn remains(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(REMAINS).fetch_all(conn).await.unwrap()
}

/// Fails with the lines that are missing (-) and those that are too many (+)
#[track_caller]
pub fn assert_same(what: &str, wanted: &[String], found: &[String]) {
    if wanted == found {
        return;
    }
    let set = |lines: &[String]| lines.iter().cloned().collect::<BTreeSet<_>>();
    let (want, have) = (set(wanted), set(found));
    let mut diff: Vec<String> = want.difference(&have).map(|line| format!("- {line}")).collect();
    diff.extend(have.difference(&want).map(|line| format!("+ {line}")));
    diff.sort_by_key(|line| line[2..].to_owned());
    let more = diff.len().saturating_sub(40);
    diff.truncate(40);
    let more = if more > 0 { format!("\n… and {more} more lines") } else { String::new() };
    panic!(
        "{what} (- wanted, + found; {} and {} lines)\n{}{more}",
        wanted.len(),
        found.len(),
        diff.join("\n")
    );
}

const SCHEMAS: &str = "
SELECT concat_ws(' ', 'schema', quote_ident(n.nspname), 'owner', pg_get_userbyid(n.nspowner),
                 'grants ' || (SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) acl))
FROM pg_namespace n WHERE :user_schemas";

const RELATIONS: &str = "
SELECT concat_ws(' ', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                        WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' ELSE c.relkind::text END,
                 c.oid::regclass::text, 'owner', pg_get_userbyid(c.relowner), 'persistence', c.relpersistence,
                 'method ' || (SELECT amname FROM pg_am WHERE oid = c.relam), 'replica identity', c.relreplident,
                 CASE WHEN c.relrowsecurity THEN 'row-level security' END, CASE WHEN c.relforcerowsecurity THEN 'forced' END,
                 'options ' || array_to_string(c.reloptions, ', '), 'toast options ' || array_to_string(t.reloptions, ', '),
                 'grants ' || (SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(coalesce(c.relacl, acldefault('r', c.relowner))) acl),
                 'inherits ' || (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid),
                 'comment ' || obj_description(c.oid, 'pg_class'),
                 'as ' || CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
WHERE c.relkind NOT IN ('i', 'I', 'S') AND :user_schemas";

// `attoptions` holds notes of the server itself on some; only these two are a user's to set.
const COLUMNS: &str = "
SELECT concat_ws(' ', 'column', c.oid::regclass::text || '.' || quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                 'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''),
                 'default ' || pg_get_expr(d.adbin, d.adrelid),
                 'collation ' || CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
                 'storage', a.attstorage, 'statistics ' || nullif(a.attstattarget, -1), 'compression ' || nullif(a.attcompression::text, ''),
                 'options ' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o WHERE o ~ '^n_distinct'),
                 'grants ' || (SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(a.attacl) acl),
                 'comment ' || col_description(c.oid, a.attnum))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND :user_schemas";

const CONSTRAINTS: &str = "
SELECT concat_ws(' ', 'constraint', quote_ident(k.conname), 'on', k.conrelid::regclass::text, pg_get_constraintdef(k.oid),
                 'index ' || CASE WHEN k.conindid <> 0 THEN k.conindid::regclass::text END,
                 'comment ' || obj_description(k.oid, 'pg_constraint'))
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE :user_schemas";

const INDEXES: &str = "
SELECT concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'INVALID' END, CASE WHEN NOT i.indisready THEN 'NOT READY' END,
                 CASE WHEN i.indisreplident THEN 'replica identity' END, CASE WHEN i.indisclustered THEN 'clustered' END,
                 CASE WHEN NOT i.indimmediate THEN 'deferred' END,
                 'statistics ' || (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
                                   FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget <> -1),
                 'comment ' || obj_description(i.indexrelid, 'pg_class'))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :user_schemas";

const TRIGGERS: &str = "
SELECT concat_ws(' ', pg_get_triggerdef(g.oid), 'enabled', g.tgenabled, 'comment ' || obj_description(g.oid, 'pg_trigger'))
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND :user_schemas";

const SEQUENCES: &str = "
SELECT concat_ws(' ', 'sequence', c.oid::regclass::text, format_type(s.seqtypid, NULL), 'start', s.seqstart, 'by', s.seqincrement,
                 'from', s.seqmin, 'to', s.seqmax, 'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END,
                 'owner', pg_get_userbyid(c.relowner),
                 'owned by ' || (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname) || ' ' || d.deptype::text
                                 FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
                                   AND d.refclassid = 'pg_class'::regclass),
                 'grants ' || (SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(coalesce(c.relacl, acldefault('s', c.relowner))) acl),
                 'comment ' || obj_description(c.oid, 'pg_class'))
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :user_schemas";

const FUNCTIONS: &str = "
SELECT concat_ws(' ', CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE p.oid::regprocedure::text END,
                 'owner', pg_get_userbyid(p.proowner),
                 'grants ' || (SELECT string_agg(acl::text, ', ' ORDER BY acl::text) FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) acl),
                 'comment ' || obj_description(p.oid, 'pg_proc'))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE :user_schemas";

const TYPES: &str = "
SELECT concat_ws(' ', 'type', t.oid::regtype::text, t.typtype, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                                                       FROM pg_enum e WHERE e.enumtypid = t.oid),
                 'base ' || CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, 'default ' || t.typdefault,
                 'comment ' || obj_description(t.oid, 'pg_type'))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND :user_schemas";

const POLICIES: &str = "
SELECT concat_ws(' ', 'policy', quote_ident(p.polname), 'on', c.oid::regclass::text, CASE WHEN NOT p.polpermissive THEN 'restrictive' END, 'for', p.polcmd,
                 'to ' || (SELECT string_agg(role::regrole::text, ', ' ORDER BY role) FROM unnest(p.polroles) role),
                 'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :user_schemas";

const STATISTICS: &str = "
-- The server lists plain columns in the order they have in the table, which is not compared.
SELECT concat_ws(' ', split_part(pg_get_statisticsobjdef(s.oid), ' ON ', 1), 'FROM', s.stxrelid::regclass,
                 (SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::int2[])),
                 pg_get_expr(s.stxexprs, s.stxrelid), 'target ' || nullif(s.stxstattarget, -1), 'comment ' || obj_description(s.oid, 'pg_statistic_ext'))
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE :user_schemas";

const REMAINS: &str = "
WITH named(what, name, schema) AS (
  SELECT 'relation', relname::text, relnamespace FROM pg_class
  UNION ALL SELECT 'function', proname, pronamespace FROM pg_proc
  UNION ALL SELECT 'type', typname, typnamespace FROM pg_type WHERE typrelid = 0 AND typelem = 0
  UNION ALL SELECT 'constraint', conname, connamespace FROM pg_constraint
  UNION ALL SELECT 'trigger', g.tgname, c.relnamespace FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE NOT g.tgisinternal
  UNION ALL SELECT 'column', a.attname, c.relnamespace FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE NOT a.attisdropped)
SELECT what || ' ' || quote_ident(n.nspname) || '.' || quote_ident(name) FROM named JOIN pg_namespace n ON n.oid = named.schema
WHERE n.nspname <> 'midflight' AND n.nspname !~ '^pg_(toast|temp)'
  AND coalesce(obj_description(n.oid, 'pg_namespace'), '') NOT LIKE 'midflight version %' AND name ILIKE '%midflight%'
UNION ALL
SELECT 'function ' || p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'midflight' AND proname NOT IN ('phase', 'readable')
UNION ALL
SELECT 'relation ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'midflight' AND c.relkind NOT IN ('i')
  AND relname NOT IN ('meta', 'migrations', 'steps', 'backfills', 'counters', 'lease', 'events', 'events_id_seq')
ORDER BY 1";
