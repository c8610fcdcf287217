-- Change defaults and comments, and let a column be empty.
ALTER TABLE tickets ALTER COLUMN state SET DEFAULT 'open', ALTER COLUMN prio DROP DEFAULT;
ALTER TABLE tickets ALTER COLUMN closed_by DROP NOT NULL;
COMMENT ON TABLE tickets IS 'what people ask for; "quoted", isn''t it';
COMMENT ON COLUMN tickets.state IS 'open, closed';
COMMENT ON COLUMN tickets.prio IS NULL;
