CREATE TABLE t (id integer PRIMARY KEY, a text, b integer, c jsonb, d text DEFAULT 'd');
INSERT INTO t SELECT n, CASE n % 3 WHEN 0 THEN 'a' || n WHEN 1 THEN '' END, nullif(n % 4, 0), CASE n % 3 WHEN 0 THEN 'null'::jsonb WHEN 1 THEN '1.0' END,
    nullif(n % 5, 0)::text FROM generate_series(1, 60) n;
CREATE INDEX ON t (a) WHERE a IS NULL;
CREATE UNIQUE INDEX ON t (b, id);
