CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, email text);
INSERT INTO users SELECT i, 'ł' || i, i || '@example.com' FROM generate_series(1, 300) AS i;
CREATE VIEW people AS SELECT id, name FROM users;
COMMENT ON VIEW people IS 'For the support desk';
GRANT SELECT, UPDATE (name) ON people TO pg_monitor;
CREATE VIEW first_people AS SELECT * FROM people WHERE id < 10;
