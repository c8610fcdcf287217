CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE old_logins (id serial PRIMARY KEY, user_id integer REFERENCES users, at timestamptz);
CREATE INDEX old_logins_at_idx ON old_logins (at);
INSERT INTO users SELECT i, 'ł' || i FROM generate_series(1, 300) AS i;
INSERT INTO old_logins (user_id) SELECT i FROM generate_series(1, 300) AS i;
