CREATE TABLE t (id int PRIMARY KEY, a int, doubled int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO t (id, a) SELECT n, n FROM generate_series(1, 5) n;
CREATE TABLE u (id int PRIMARY KEY, a int, "Doubled" int GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO u (id, a) SELECT n, n FROM generate_series(1, 5) n;
