-- expect: index-build-blocks-writes
-- because: The kind of index makes no difference to the lock.
-- observed: SHARE on documents; builds documents_body_idx
-- setup
CREATE TABLE documents (id bigint PRIMARY KEY, body jsonb NOT NULL);
-- migration
CREATE INDEX documents_body_idx ON documents USING gin (body jsonb_path_ops);
