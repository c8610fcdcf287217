CREATE TABLE "Visits" (id integer PRIMARY KEY, "Seen At" timestamp NOT NULL DEFAULT '2026-01-01 12:00', left_at timestamptz, day date, said text, weight float8);
INSERT INTO "Visits" SELECT n, '2026-01-01 12:00', '2026-01-01 12:00+00', '2026-01-01', '2026-03-0' || n, n / 3.0 FROM generate_series(1, 5) n;
