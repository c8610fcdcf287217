CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE, name text);
INSERT INTO users SELECT i, CASE WHEN i % 3 > 0 THEN 'u' || i END FROM generate_series(1, 900) AS i;
