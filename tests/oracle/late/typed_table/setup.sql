CREATE TYPE pair AS (id int, n int);
CREATE TABLE pairs OF pair (PRIMARY KEY (id));
INSERT INTO pairs VALUES (1, 1);
