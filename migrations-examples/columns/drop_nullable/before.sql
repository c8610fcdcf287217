CREATE TABLE users (id integer PRIMARY KEY, email text, legacy text, CHECK (legacy <> 'never'));
CREATE INDEX users_legacy_idx ON users (legacy);
INSERT INTO users SELECT i, 'u' || i, nullif('l' || i % 3, 'l0') FROM generate_series(1, 500) AS i;
