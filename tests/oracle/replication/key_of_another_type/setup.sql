CREATE TABLE t (id int PRIMARY KEY, amount int, note text);
INSERT INTO t SELECT g, g, 'n' || g FROM generate_series(1, 50) AS g;
CREATE TABLE child (id int PRIMARY KEY, t_id int REFERENCES t);
INSERT INTO child SELECT g, g FROM generate_series(1, 50) AS g;
CREATE PUBLICATION changes FOR TABLE t, child;
