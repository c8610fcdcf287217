CREATE TABLE t (k text, v int); INSERT INTO t SELECT 'k'||(n%7), n FROM generate_series(1,1200) n;
