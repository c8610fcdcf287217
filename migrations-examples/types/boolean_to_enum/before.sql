CREATE TABLE guests (id integer PRIMARY KEY, name text, coming boolean NOT NULL);
CREATE INDEX guests_coming_idx ON guests (coming, id);
INSERT INTO guests SELECT i, 'ł' || i, i % 3 > 0 FROM generate_series(1, 900) AS i;
