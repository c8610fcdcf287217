CREATE TABLE users (id integer PRIMARY KEY, name varchar(20) NOT NULL DEFAULT '-', bio varchar(100));
CREATE INDEX users_name_idx ON users (name);
COMMENT ON COLUMN users.name IS 'short';
INSERT INTO users SELECT i, 'Größe ' || i, nullif(repeat('x', i % 90), '') FROM generate_series(1, 500) AS i;
CREATE TABLE storage_before AS SELECT relname::text, pg_relation_filenode(oid) AS file FROM pg_class WHERE relname IN ('users', 'users_name_idx');
