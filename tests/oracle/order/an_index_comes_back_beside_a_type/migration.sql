ALTER TABLE posts ALTER COLUMN kind TYPE text USING kind || '';
DROP INDEX posts_kind_idx;
CREATE INDEX posts_kind_idx ON posts ("Id" DESC);
