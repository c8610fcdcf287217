-- What is there before a pair of operations: a table `t` with something of every kind on it.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN label AS text DEFAULT 'n/a';
CREATE TABLE parent (id integer PRIMARY KEY, tag text);
CREATE TABLE t (
  id integer PRIMARY KEY,
  a integer DEFAULT 7,
  "B" text DEFAULT 'b',
  n integer NOT NULL,
  e mood,
  p integer CONSTRAINT t_p_fkey REFERENCES parent,
  at timestamp,
  gone text,
  CONSTRAINT t_a_check CHECK (a > 0),
  CONSTRAINT t_n_key UNIQUE (n)
);
ALTER TABLE t ADD CONSTRAINT later CHECK (n > 0) NOT VALID;
CREATE INDEX t_a_idx ON t (a);
CREATE UNIQUE INDEX spare ON t (n, id);
CREATE INDEX "t B" ON t (lower("B")) WHERE "B" IS NOT NULL;
CREATE TABLE child (id integer PRIMARY KEY, t integer CONSTRAINT child_t_fkey REFERENCES t);
CREATE VIEW v AS SELECT n, n + 1 AS m FROM t;
CREATE STATISTICS st ON a, n FROM t;
CREATE SEQUENCE s;
CREATE FUNCTION lively() RETURNS integer LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 5; END';
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER noted AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION noted();
CREATE POLICY few ON t FOR SELECT USING (n > 0);
COMMENT ON COLUMN t.a IS 'a number';
GRANT SELECT ("B", a) ON t TO pg_monitor;
GRANT SELECT ON t TO pg_read_all_stats;
INSERT INTO parent SELECT g, 'parent ' || g FROM generate_series(1, 100) g;
INSERT INTO t SELECT g, g % 5 + 1, CASE WHEN g % 4 > 0 THEN 'Some ' || g END, g,
  CASE WHEN g % 3 > 0 THEN 'ok'::mood END, nullif(g % 7, 0), timestamp '2026-03-01 10:00' + g * interval '1 hour', 'old ' || g
  FROM generate_series(1, 12) g;
INSERT INTO child SELECT g, g FROM generate_series(1, 5) g;
CREATE TABLE ev (id integer, day date NOT NULL, amount integer DEFAULT 3, kind text, parent integer, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE "Ev 2" PARTITION OF ev FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX ev_amount ON ev (amount);
INSERT INTO ev SELECT g, date '2026-01-01' + g * 4, g, 'kind ' || g, g FROM generate_series(1, 12) g;
