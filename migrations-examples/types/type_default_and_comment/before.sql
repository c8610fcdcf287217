CREATE TABLE parts (id integer PRIMARY KEY, weight integer DEFAULT 1, label varchar(10) NOT NULL DEFAULT 'x', spare text);
COMMENT ON COLUMN parts.weight IS 'in kg';
INSERT INTO parts SELECT i, nullif(i % 50, 0) FROM generate_series(1, 900) AS i;
