CREATE TABLE users (id integer PRIMARY KEY, email text);
INSERT INTO users SELECT i, 'ü' || i FROM generate_series(1, 900) AS i;
