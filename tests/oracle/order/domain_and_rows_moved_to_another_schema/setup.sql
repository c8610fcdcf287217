CREATE SCHEMA "App"; CREATE DOMAIN pos AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t (id int PRIMARY KEY, n pos, p pair);
INSERT INTO t VALUES (1, 4, (1,'x'));
