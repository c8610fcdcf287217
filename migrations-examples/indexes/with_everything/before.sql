CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, name text, seen timestamptz, deleted_at timestamptz, tags jsonb NOT NULL DEFAULT '[]');
INSERT INTO users SELECT i, 'U' || i || '@Example.com', 'ł' || i, timestamptz '2026-01-01 00:00Z' + i * interval '1 min',
  CASE WHEN i % 9 = 0 THEN timestamptz '2026-06-01 00:00Z' END FROM generate_series(1, 900) AS i;
