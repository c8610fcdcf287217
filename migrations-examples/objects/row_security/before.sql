CREATE TABLE documents (id integer PRIMARY KEY, tenant integer NOT NULL, title text);
INSERT INTO documents SELECT i, i % 3, 'ß' || i FROM generate_series(1, 300) AS i;
GRANT SELECT, INSERT, UPDATE ON documents TO pg_monitor;
