CREATE TABLE codes (code text PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, code text REFERENCES codes);
INSERT INTO codes SELECT 'C' || n FROM generate_series(1, 20) n;
INSERT INTO t SELECT n, 'C' || n FROM generate_series(1, 20) n;
