CREATE TABLE t (id int PRIMARY KEY, s text NOT NULL, u text);
INSERT INTO t VALUES (1, 'b', 'x'), (2, 'b', 'y');
