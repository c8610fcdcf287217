CREATE DOMAIN label AS text DEFAULT 'n/a';
CREATE DOMAIN positive AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE TABLE t (id integer PRIMARY KEY, name label, amount positive, tags label[]);
INSERT INTO t SELECT n, nullif('n' || n, 'n3'), nullif(n, 4), ARRAY['a', NULL]::label[] FROM generate_series(1, 20) n;
