CREATE TABLE tickets (id integer PRIMARY KEY, state text NOT NULL DEFAULT 'new', closed_by text NOT NULL DEFAULT 'nobody', prio integer DEFAULT 1);
COMMENT ON TABLE tickets IS 'old';
COMMENT ON COLUMN tickets.prio IS 'goes';
INSERT INTO tickets SELECT i, CASE i % 2 WHEN 0 THEN 'open' ELSE 'it''s' END FROM generate_series(1, 300) AS i;
