-- expect: nothing
-- because: A new table stays new under its second name.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE payments_tmp (id bigint, reference text);
ALTER TABLE payments_tmp RENAME TO payments;
CREATE INDEX payments_reference_idx ON payments (reference);
