CREATE SCHEMA sales;
CREATE TABLE sales."Order Lines" ("Id" integer PRIMARY KEY, "Qty" integer NOT NULL, note text);
INSERT INTO sales."Order Lines" SELECT n, n % 7, 'line ' || n FROM generate_series(1, 60) n;
CREATE TABLE notes (body text NOT NULL);
INSERT INTO notes SELECT 'note ' || n FROM generate_series(1, 40) n;
CREATE TABLE events (at timestamptz NOT NULL, note_seq integer);
INSERT INTO events SELECT '2026-01-01 00:00+00', n FROM generate_series(1, 30) n;
