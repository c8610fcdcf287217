-- expect: index-build-blocks-writes
-- because: The table was made by an earlier migration, and is in use.
-- transaction: file
-- observed: SHARE on regions; builds regions_name
-- setup
CREATE TABLE IF NOT EXISTS regions (id bigint PRIMARY KEY, name text);
-- migration
CREATE TABLE IF NOT EXISTS regions (id bigint PRIMARY KEY, name text);
CREATE INDEX regions_name ON regions (name);
