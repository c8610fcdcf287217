//! What a server and a role are like, for `midflight doctor`: one query over catalogs and statistics, which changes nothing.

use serde::Deserialize;
use sqlx::Row;
use sqlx::types::Json;

use super::{Session, statement};
use crate::error::Result;

/// What was found. What the role may not see is missing, and no mistake.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Health {
    /// `server_version_num`
    pub version: u32,
    /// The database that is connected.
    pub database: String,
    /// The role that is connected.
    pub role: String,
    /// Whether it is a superuser.
    pub superuser: bool,
    /// `pg_is_in_recovery()`
    pub in_recovery: bool,
    /// `default_transaction_read_only`
    pub read_only: bool,
    /// CREATE on the database; or the state schema is there already.
    pub may_make_state: bool,
    /// TEMPORARY on the database.
    pub may_make_temporary: bool,
    /// Whether the application's schema is there.
    pub schema_exists: bool,
    /// CREATE on it.
    pub may_create: bool,
    /// Tables in it that the role does not own, by name.
    pub not_owned: Vec<String>,
    /// Indexes that a build has left invalid.
    pub invalid_indexes: Vec<String>,
    /// Event triggers that fire.
    pub event_triggers: Vec<String>,
    /// Publications, and whether each is FOR ALL TABLES.
    pub publications: Vec<Publication>,
    /// Standbys and subscribers that receive now.
    pub receivers: i64,
    /// `synchronous_standby_names`
    pub synchronous: String,
    /// Replication slots that nobody reads.
    pub idle_slots: Vec<IdleSlot>,
    /// The oldest transaction of another session, in seconds, with its process and application.
    pub oldest_transaction: Option<OldTransaction>,
    /// Prepared transactions, the oldest in seconds.
    pub prepared: Vec<f64>,
    /// `age(datfrozenxid)`
    pub transaction_age: i64,
    /// `track_activities`
    pub sees_activity: bool,
    /// Sequences of columns, with how far each is.
    pub sequences: Vec<SequenceUse>,
}

/// One publication.
#[derive(Debug, Clone, Deserialize)]
pub struct Publication {
    /// Its name.
    pub name: String,
    /// `FOR ALL TABLES`
    pub all_tables: bool,
}

/// A slot that nobody reads.
#[derive(Debug, Clone, Deserialize)]
pub struct IdleSlot {
    /// Its name.
    pub name: String,
    /// WAL that the server keeps for it.
    pub bytes: Option<i64>,
}

/// A transaction that has been open for long.
#[derive(Debug, Clone, Deserialize)]
pub struct OldTransaction {
    /// Its process.
    pub pid: i64,
    /// Its `application_name`.
    pub application: String,
    /// How long it has been open.
    pub seconds: f64,
}

/// A column that is numbered by a sequence.
#[derive(Debug, Clone, Deserialize)]
pub struct SequenceUse {
    /// `schema.table.column`
    pub column: String,
    /// The type of the column.
    pub type_: String,
    /// The last number that was given.
    pub last: i64,
    /// The largest that column and sequence can hold.
    pub most: i64,
}

/// Asks for all of it.
///
/// # Errors
/// The database's.
pub async fn health(session: &mut Session, schema: &str, state_schema: &str) -> Result<Health> {
    let row = statement(HEALTH).bind(schema).bind(state_schema).fetch_one(&mut session.conn).await?;
    let Json(found): Json<Health> = row.get(0);
    Ok(found)
}

const HEALTH: &str = "
SELECT pg_catalog.json_build_object(
  'version', pg_catalog.current_setting('server_version_num')::int,
  'database', pg_catalog.current_database(),
  'role', current_user,
  'superuser', (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user),
  'in_recovery', pg_catalog.pg_is_in_recovery(),
  'read_only', pg_catalog.current_setting('default_transaction_read_only')::bool,
  'may_make_state', EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = $2)
     OR pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  'may_make_temporary', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY'),
  'schema_exists', EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = $1),
  'may_create', coalesce((SELECT pg_catalog.has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n
                          WHERE n.nspname = $1), false),
  'not_owned', coalesce((SELECT pg_catalog.json_agg(c.relname ORDER BY c.relname) FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')), '[]'),
  'invalid_indexes', coalesce((SELECT pg_catalog.json_agg(n.nspname || '.' || c.relname ORDER BY n.nspname, c.relname)
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname = $1), '[]'),
  'event_triggers', coalesce((SELECT pg_catalog.json_agg(e.evtname ORDER BY e.evtname) FROM pg_catalog.pg_event_trigger e
     WHERE e.evtenabled <> 'D'), '[]'),
  'publications', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', p.pubname, 'all_tables', p.puballtables)
     ORDER BY p.pubname) FROM pg_catalog.pg_publication p), '[]'),
  'receivers', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication),
  'synchronous', pg_catalog.current_setting('synchronous_standby_names'),
  'idle_slots', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', s.slot_name,
       'bytes', CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
                     ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::bigint END) ORDER BY s.slot_name)
     FROM pg_catalog.pg_replication_slots s WHERE NOT s.active), '[]'),
  'oldest_transaction', (SELECT pg_catalog.json_build_object('pid', a.pid, 'application', a.application_name,
       'seconds', extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8)
     FROM pg_catalog.pg_stat_activity a
     WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND a.xact_start IS NOT NULL
     ORDER BY a.xact_start LIMIT 1),
  'prepared', coalesce((SELECT pg_catalog.json_agg(extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8
     ORDER BY p.prepared) FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()), '[]'),
  'transaction_age', (SELECT pg_catalog.age(d.datfrozenxid)::bigint FROM pg_catalog.pg_database d
     WHERE d.datname = pg_catalog.current_database()),
  'sees_activity', pg_catalog.current_setting('track_activities')::bool,
  'sequences', coalesce((SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
       'column', n.nspname || '.' || t.relname || '.' || a.attname,
       'type_', pg_catalog.format_type(a.atttypid, NULL), 'last', used.last,
       'most', LEAST(s.seqmax, CASE a.atttypid WHEN 'pg_catalog.int2'::pg_catalog.regtype THEN 32767
                                               WHEN 'pg_catalog.int4'::pg_catalog.regtype THEN 2147483647
                                               ELSE 9223372036854775807 END)))
     FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
     JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
       AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
     JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
     CROSS JOIN LATERAL (SELECT CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT,USAGE')
                                     THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last) AS used
     WHERE n.nspname = $1 AND used.last IS NOT NULL AND s.seqincrement > 0), '[]'))";
