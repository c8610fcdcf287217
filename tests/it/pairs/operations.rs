//! The operations that pairs are made of. `‹name›` is a name that an earlier operation of the pair may have changed

/// One operation on table `t` of `tests/pairs/setup.sql`
pub struct Operation {
    /// What it is called in lists
    pub name: &'static str,
    /// Its statement
    pub sql: &'static str,
    /// As it has to be written for midflight where that is another text: directives, or YAML (which begins with
    /// `operations:`)
    pub written: Option<&'static str>,
    /// A name that it changes
    pub renames: Option<(&'static str, &'static str)>,
    /// What of it stays after rollback
    pub left_by_rollback: bool,
}

const fn op(name: &'static str, sql: &'static str) -> Operation {
    Operation { name, sql, written: None, renames: None, left_by_rollback: false }
}

impl Operation {
    const fn written(mut self, text: &'static str) -> Self {
        self.written = Some(text);
        self
    }

    const fn renames(mut self, from: &'static str, to: &'static str) -> Self {
        self.renames = Some((from, to));
        self
    }

    const fn left(mut self) -> Self {
        self.left_by_rollback = true;
        self
    }

    /// What psql runs after an earlier operation
    pub fn direct_after(&self, before: Option<&Self>) -> String {
        with_names(self.sql, before)
    }

    /// What midflight reads after an earlier operation
    pub fn written_after(&self, before: Option<&Self>) -> String {
        with_names(self.written.unwrap_or(self.sql), before)
    }

    /// Whether SQL can't say it
    pub fn is_yaml(&self) -> bool {
        self.written.is_some_and(|text| text.starts_with("operations:"))
    }
}

/// The text with every `‹name›` as it is after `before`. Names in YAML stand without quotes.
fn with_names(text: &str, before: Option<&Operation>) -> String {
    let yaml = text.starts_with("operations:");
    let mut parts = text.split('‹');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('›').unwrap();
        let now = match before.and_then(|one| one.renames) {
            Some((from, to)) if from == name => to,
            _ => name,
        };
        out += &if yaml { now.replace('"', "") } else { now.to_owned() };
        out += rest;
    }
    out
}

/// All of them
pub const OPERATIONS: &[Operation] = &[
    op("add_column", "ALTER TABLE ‹t› ADD COLUMN added text"),
    op("add_column_with_default", "ALTER TABLE ‹t› ADD COLUMN more integer NOT NULL DEFAULT 3"),
    op("add_column_filled_in_batches", "ALTER TABLE ‹t› ADD COLUMN live integer NOT NULL DEFAULT lively()"),
    op(
        "add_column_computed",
        "ALTER TABLE ‹t› ADD COLUMN twice integer;\nUPDATE ‹t› SET twice = ‹a› * 2",
    )
    .written("operations:\n  - add_column: {table: ‹t›, column: {name: twice, type: integer}, up: '‹a› * 2'}\n"),
    op("drop_column", "ALTER TABLE ‹t› DROP COLUMN ‹gone›"),
    op("drop_column_with_index", "ALTER TABLE ‹t› DROP COLUMN ‹\"B\"›"),
    op("rename_column", "ALTER TABLE ‹t› RENAME COLUMN ‹a› TO \"A 2\"").renames("a", "\"A 2\""),
    op("rename_column_with_grant", "ALTER TABLE ‹t› RENAME COLUMN ‹\"B\"› TO b").renames("\"B\"", "b"),
    op("rename_column_of_view", "ALTER TABLE ‹t› RENAME COLUMN ‹n› TO n2").renames("n", "n2"),
    op("change_type", "ALTER TABLE ‹t› ALTER COLUMN ‹a› TYPE bigint"),
    op("change_type_to_numeric", "ALTER TABLE ‹t› ALTER COLUMN ‹a› TYPE numeric(12,2)")
        .written("-- midflight: reverse ‹a› = round(‹a›)::integer\nALTER TABLE ‹t› ALTER COLUMN ‹a› TYPE numeric(12,2)"),
    op("change_type_of_text", "ALTER TABLE ‹t› ALTER COLUMN ‹\"B\"› TYPE varchar(50)")
        .written("-- midflight: reverse ‹\"B\"› = ‹\"B\"›::text\nALTER TABLE ‹t› ALTER COLUMN ‹\"B\"› TYPE varchar(50)"),
    op("change_type_to_domain", "ALTER TABLE ‹t› ALTER COLUMN ‹\"B\"› TYPE label"),
    op("change_type_of_enum", "ALTER TABLE ‹t› ALTER COLUMN ‹e› TYPE text")
        .written("-- midflight: reverse ‹e› = ‹e›::mood\nALTER TABLE ‹t› ALTER COLUMN ‹e› TYPE text"),
    op("change_type_of_time", "ALTER TABLE ‹t› ALTER COLUMN ‹at› TYPE timestamptz USING ‹at› AT TIME ZONE 'Europe/Rome'").written(
        "-- midflight: reverse ‹at› = ‹at› AT TIME ZONE 'Europe/Rome'\nALTER TABLE ‹t› ALTER COLUMN ‹at› TYPE timestamptz USING ‹at› AT TIME ZONE 'Europe/Rome'",
    ),
    op("change_type_of_key", "ALTER TABLE ‹t› ALTER COLUMN ‹id› TYPE bigint"),
    op("change_type_of_reference", "ALTER TABLE ‹t› ALTER COLUMN ‹p› TYPE bigint"),
    op("set_not_null", "ALTER TABLE ‹t› ALTER COLUMN ‹a› SET NOT NULL"),
    op("set_not_null_with_value", "UPDATE ‹t› SET ‹e› = coalesce(‹e›, 'sad');\nALTER TABLE ‹t› ALTER COLUMN ‹e› SET NOT NULL")
        .written("operations:\n  - set_not_null: {table: ‹t›, column: ‹e›, up: \"coalesce(‹e›, 'sad')\"}\n"),
    op(
        "transform_columns",
        "ALTER TABLE ‹t› ADD COLUMN x text, ADD COLUMN y text;\nUPDATE ‹t› SET x = split_part(gone, ' ', 1), y = split_part(gone, ' ', 2);\nALTER TABLE ‹t› DROP COLUMN gone",
    )
    .written(
        "operations:\n  - transform_columns:\n      table: ‹t›\n      from: [gone]\n      to: [{name: x, type: text}, {name: y, type: text}]\n      up: {x: \"split_part(gone, ' ', 1)\", y: \"split_part(gone, ' ', 2)\"}\n      down: {gone: \"concat_ws(' ', x, y)\"}\n",
    )
    .renames("gone", "x"),
    op("drop_not_null", "ALTER TABLE ‹t› ALTER COLUMN ‹n› DROP NOT NULL"),
    op("set_default", "ALTER TABLE ‹t› ALTER COLUMN ‹a› SET DEFAULT 9"),
    op("drop_default", "ALTER TABLE ‹t› ALTER COLUMN ‹a› DROP DEFAULT"),
    op("comment_on_column", "COMMENT ON COLUMN ‹t›.‹a› IS 'another number'"),
    op("comment_on_table", "COMMENT ON TABLE ‹t› IS 'a table'"),
    op("add_check", "ALTER TABLE ‹t› ADD CONSTRAINT t_small CHECK (‹a› < 100000)"),
    op("add_foreign_key", "ALTER TABLE ‹t› ADD CONSTRAINT t_n_fkey FOREIGN KEY (‹n›) REFERENCES parent (id)"),
    op("add_unique", "ALTER TABLE ‹t› ADD CONSTRAINT t_a_n_key UNIQUE (‹a›, ‹n›)"),
    op("validate_constraint", "ALTER TABLE ‹t› VALIDATE CONSTRAINT later").left(),
    op("drop_unique", "ALTER TABLE ‹t› DROP CONSTRAINT t_n_key"),
    op("drop_check", "ALTER TABLE ‹t› DROP CONSTRAINT ‹t_a_check›"),
    op("drop_foreign_key", "ALTER TABLE ‹t› DROP CONSTRAINT t_p_fkey"),
    op("rename_constraint", "ALTER TABLE ‹t› RENAME CONSTRAINT ‹t_a_check› TO t_positive")
        .renames("t_a_check", "t_positive"),
    op("create_index", "CREATE INDEX t_a_n_idx ON ‹t› (‹a›, ‹n›) WHERE ‹a› IS NOT NULL"),
    op("create_index_on_expression", "CREATE INDEX ON ‹t› (coalesce(‹a›, 0))"),
    op("drop_index", "DROP INDEX ‹t_a_idx›"),
    op("rename_index", "ALTER INDEX ‹t_a_idx› RENAME TO \"t a index\"").renames("t_a_idx", "\"t a index\""),
    op("add_enum_value", "ALTER TYPE mood ADD VALUE 'glad'").left(),
    op("create_view", "CREATE VIEW w AS SELECT ‹a›, ‹\"B\"› FROM ‹t›"),
    op("create_view_of_all", "CREATE VIEW w2 AS SELECT * FROM ‹t›"),
    op("replace_view", "CREATE OR REPLACE VIEW v AS SELECT ‹n›, ‹n› + 1 AS m, ‹a› AS extra FROM ‹t›"),
    op("drop_view", "DROP VIEW v"),
    op("create_materialized_view", "CREATE MATERIALIZED VIEW m AS SELECT ‹n› FROM ‹t› WITH NO DATA"),
    op("create_function", "CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(‹a›) FROM ‹t›; END"),
    op("create_trigger", "CREATE TRIGGER also AFTER INSERT OR UPDATE OF ‹a› ON ‹t› FOR EACH ROW EXECUTE FUNCTION noted()"),
    op("drop_trigger", "DROP TRIGGER noted ON ‹t›"),
    op("create_policy", "CREATE POLICY mine ON ‹t› USING (‹a› > 0)"),
    op("drop_policy", "DROP POLICY few ON ‹t›"),
    op("enable_row_security", "ALTER TABLE ‹t› ENABLE ROW LEVEL SECURITY"),
    op("grant", "GRANT INSERT ON ‹t› TO pg_monitor"),
    op("grant_on_column", "GRANT UPDATE (‹a›) ON ‹t› TO pg_monitor"),
    op("revoke_on_column", "REVOKE SELECT (‹\"B\"›) ON ‹t› FROM pg_monitor"),
    op("rename_table", "ALTER TABLE ‹t› RENAME TO \"T\"").renames("t", "\"T\""),
    op("create_table", "CREATE TABLE other (id integer PRIMARY KEY, t integer REFERENCES ‹t›)"),
    op("drop_table", "DROP TABLE child"),
    op("set_statistics", "ALTER TABLE ‹t› ALTER COLUMN ‹a› SET STATISTICS 50"),
    op("set_storage_parameters", "ALTER TABLE ‹t› SET (fillfactor = 80)"),
    op("create_statistics", "CREATE STATISTICS st2 ON ‹a›, ‹p› FROM ‹t›"),
    op("drop_statistics", "DROP STATISTICS st"),
    op("replica_identity", "ALTER TABLE ‹t› REPLICA IDENTITY USING INDEX t_n_key"),
    op("sequence_owned", "ALTER SEQUENCE s OWNED BY ‹t›.‹a›"),
    op("update_rows", "UPDATE ‹t› SET p = p + 0, ‹\"B\"› = ‹\"B\"› || '!' WHERE ‹n› > 3").left(),
    op("update_rows_without_value", "UPDATE ‹t› SET ‹a› = 5 WHERE ‹a› IS NULL").left(),
    op("delete_rows", "DELETE FROM child WHERE t = 2"),
    op("insert_rows", "INSERT INTO parent (id, tag) VALUES (4711, 'new')").left(),
    op("own_sql_in_expand", "UPDATE parent SET tag = 'x' WHERE id = 40")
        .written("-- midflight: phase expand\nUPDATE parent SET tag = 'x' WHERE id = 40")
        .left(),
    op("own_sql_in_contract", "UPDATE parent SET tag = 'y' WHERE id = 39")
        .written("-- midflight: phase contract\nUPDATE parent SET tag = 'y' WHERE id = 39"),
    op("add_identity", "ALTER TABLE ‹t› ALTER COLUMN ‹n› ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1000)"),
    op("add_generated_column", "ALTER TABLE ‹t› ADD COLUMN more_n integer GENERATED ALWAYS AS (‹n› + 1) STORED"),
    op(
        "replace_primary_key",
        "ALTER TABLE child DROP CONSTRAINT child_t_fkey;\nALTER TABLE ‹t› DROP CONSTRAINT t_pkey;\nALTER TABLE ‹t› ADD PRIMARY KEY (‹n›)",
    ),
    op("partitioned_change_type", "ALTER TABLE ev ALTER COLUMN ‹amount› TYPE bigint"),
    op("partitioned_change_type_of_key", "ALTER TABLE ev ALTER COLUMN id TYPE bigint"),
    op("partitioned_rename_column", "ALTER TABLE ev RENAME COLUMN ‹amount› TO cents").renames("amount", "cents"),
    op("partitioned_add_column", "ALTER TABLE ev ADD COLUMN live integer NOT NULL DEFAULT lively()"),
    op("partitioned_add_unique", "ALTER TABLE ev ADD UNIQUE (‹amount›, day)"),
    op("partitioned_add_foreign_key", "ALTER TABLE ev ADD FOREIGN KEY (parent) REFERENCES parent (id)"),
    op("partitioned_update", "UPDATE ev SET kind = 'none' WHERE ‹amount› > 6").left(),
    op("partition_detached", "ALTER TABLE ev DETACH PARTITION \"Ev 2\""),
    op("partition_dropped", "DROP TABLE ev_1"),
    op("index_becomes_key", "ALTER TABLE ‹t› ADD CONSTRAINT t_taken UNIQUE USING INDEX spare"),
];
