CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, seen integer NOT NULL DEFAULT 0);
INSERT INTO users SELECT i, 'First' || i || ' Last' || i FROM generate_series(1, 900) AS i;
CREATE INDEX users_name_idx ON users (name);
CREATE VIEW people AS SELECT id, name FROM users;
