-- Add a required column with a value for all rows that are there.
ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'it''s "free"' CHECK (plan <> '');
COMMENT ON COLUMN users.plan IS 'what they pay for';
