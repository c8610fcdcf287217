CREATE TABLE t (id serial PRIMARY KEY, d date, ts timestamp); INSERT INTO t(d,ts) VALUES ('2026-01-01','2026-01-01');
