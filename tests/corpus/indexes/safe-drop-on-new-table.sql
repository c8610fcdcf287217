-- expect: nothing
-- because: The index belongs to a table that is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE payments (id bigint PRIMARY KEY, reference text);
CREATE INDEX payments_reference_idx ON payments (reference);
DROP INDEX payments_reference_idx;
