CREATE TYPE addr AS (street text, zip integer);
CREATE TABLE p (id integer PRIMARY KEY, a addr, b addr NOT NULL);
INSERT INTO p VALUES (1, ('s', NULL), ('s', NULL)), (2, (NULL, NULL), (NULL, NULL)), (3, ('s', 3), ('s', 3));
