ALTER TABLE notes DROP CONSTRAINT one;
ALTER TABLE notes DROP COLUMN ban, ADD COLUMN log_id int REFERENCES log;
DELETE FROM notes WHERE post IS NULL AND comment IS NULL AND log_id IS NULL;
ALTER TABLE notes ADD CONSTRAINT one CHECK (num_nonnulls(post, comment, log_id) = 1);
