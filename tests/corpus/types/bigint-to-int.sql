-- expect: change-type-narrows
-- also: change-type-rewrites
-- because: The smaller range fails at the first value beyond it, in the middle of a rewrite.
-- observed: fails 22003
-- setup
CREATE TABLE counters (id bigint PRIMARY KEY, hits bigint NOT NULL);
INSERT INTO counters SELECT n, n * 10000000::bigint FROM generate_series(1, 1000) n;
-- migration
ALTER TABLE counters ALTER COLUMN hits TYPE integer;
