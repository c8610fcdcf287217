CREATE TABLE visits (id integer PRIMARY KEY, at timestamp NOT NULL DEFAULT '2026-01-01 00:00', place text);
CREATE INDEX visits_at_idx ON visits (at DESC);
INSERT INTO visits SELECT i, timestamp '2024-02-29 23:59:59.999999' + i * interval '7 hours', 'Ø' FROM generate_series(1, 900) AS i;
INSERT INTO visits VALUES (-1, 'infinity'), (-2, '-infinity');
