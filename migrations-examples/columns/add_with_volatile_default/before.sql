CREATE TABLE users (id integer PRIMARY KEY, email text);
INSERT INTO users SELECT i, nullif(i % 3, 0)::text FROM generate_series(1, 900) AS i;
