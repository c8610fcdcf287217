CREATE TABLE prices (id integer PRIMARY KEY, cents integer NOT NULL, note text);
INSERT INTO prices SELECT i, i, 'ł' || i FROM generate_series(1, 300) AS i;
CREATE SEQUENCE price_ids START 500000;
GRANT INSERT, DELETE ON prices TO pg_monitor;
