CREATE TABLE parts (id integer PRIMARY KEY, weight integer, size integer NOT NULL DEFAULT 3);
INSERT INTO parts SELECT i, i % 50 FROM generate_series(1, 900) AS i;
