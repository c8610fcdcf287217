-- Everything about one column at once: type, default and comment; another gets a new name, default and comment.
ALTER TABLE parts ALTER COLUMN weight TYPE bigint, ALTER COLUMN weight SET DEFAULT 1000;
COMMENT ON COLUMN parts.weight IS 'in grams; it''s more exact';
ALTER TABLE parts ALTER COLUMN label DROP DEFAULT;
ALTER TABLE parts RENAME COLUMN label TO title;
COMMENT ON COLUMN parts.title IS 'what it says on it';
ALTER TABLE parts ADD CONSTRAINT weight_is_sane CHECK (weight < 1000000 AND title <> 'no');
CREATE INDEX parts_title_idx ON parts (title, weight);
