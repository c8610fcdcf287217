CREATE TABLE users (id integer PRIMARY KEY, email text, name text);
INSERT INTO users SELECT i, CASE WHEN i % 4 > 0 THEN 'User' || i || '@Example.com' END, 'x' FROM generate_series(1, 900) AS i;
