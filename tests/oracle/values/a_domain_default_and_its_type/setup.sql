CREATE DOMAIN label AS text DEFAULT 'n/a';
CREATE DOMAIN short AS label;
CREATE TABLE t (id integer PRIMARY KEY, name varchar(50), code varchar(10) DEFAULT 'x', required varchar(10) NOT NULL);
INSERT INTO t SELECT n, nullif('n' || n, 'n3'), nullif('c' || n, 'c4'), 'r' || n FROM generate_series(1, 40) n;
