-- Indexes with all that they can have: expressions, operator classes, collation, order, INCLUDE, parameters, a predicate, GIN.
CREATE INDEX users_search ON users (lower(email) text_pattern_ops, name COLLATE "C" DESC, seen DESC NULLS LAST)
  INCLUDE (id) WITH (fillfactor = 80) WHERE deleted_at IS NULL;
CREATE INDEX users_tags ON users USING gin (tags jsonb_path_ops) WITH (fastupdate = off);
CREATE UNIQUE INDEX ON users ((lower(email) || ':' || id)) WHERE deleted_at IS NULL AND email <> '';
COMMENT ON INDEX users_search IS 'For the search box';
