CREATE TABLE shipments (id integer PRIMARY KEY, note text);
INSERT INTO shipments SELECT i, 'é' || i FROM generate_series(1, 300) AS i;
