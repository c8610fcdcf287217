-- expect: change-type-rescans
-- also: change-type-rewrites
-- because: The rows stay as they are, but oid sorts otherwise: the index is built again.
-- observed: ACCESS EXCLUSIVE on refs; builds refs_ref
-- setup
CREATE TABLE refs (id bigint PRIMARY KEY, ref integer);
CREATE INDEX refs_ref ON refs (ref);
-- migration
ALTER TABLE refs ALTER COLUMN ref TYPE oid;
