CREATE TABLE t (k text, n bigint, v int, PRIMARY KEY (k, n)); INSERT INTO t SELECT 'k'||(n%7), n, n FROM generate_series(1,1200) n;
