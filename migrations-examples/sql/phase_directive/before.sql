CREATE TABLE users (id integer PRIMARY KEY, name text);
INSERT INTO users SELECT i, 'ł' || i FROM generate_series(1, 300) AS i;
CREATE VIEW old_names AS SELECT name FROM users;
