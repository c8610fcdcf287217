-- expect: enum-value-same-transaction
-- because: A cast is a use.
-- transaction: file
-- observed: fails 55P04
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
-- migration
ALTER TYPE status ADD VALUE 'stuck';
CREATE VIEW stuck AS SELECT 'stuck'::status AS status;
