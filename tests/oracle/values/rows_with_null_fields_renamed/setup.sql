CREATE TYPE addr AS (street text, zip integer);
CREATE TABLE p (id integer PRIMARY KEY, a addr, b addr NOT NULL DEFAULT ('d', NULL));
INSERT INTO p VALUES (1, ('s', NULL), (NULL, NULL)), (2, (NULL, NULL), ('s', 2)), (3, NULL, ('s', NULL)), (4, ('s', 4), DEFAULT);
