-- needs: 15
CREATE TABLE settings (id integer PRIMARY KEY, tenant integer, name text NOT NULL, value text);
INSERT INTO settings SELECT i, nullif(i % 100, 0), 'name ' || i, 'ł' || i FROM generate_series(1, 300) AS i;
