CREATE TABLE t (id serial PRIMARY KEY, e text); INSERT INTO t (e) SELECT 'u'||(n%40) FROM generate_series(1,100) n;
