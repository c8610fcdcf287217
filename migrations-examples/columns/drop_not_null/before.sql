CREATE TABLE users (id integer PRIMARY KEY, email text, legacy_flag boolean NOT NULL);
INSERT INTO users SELECT i, 'u' || i, i % 2 = 0 FROM generate_series(1, 500) AS i;
