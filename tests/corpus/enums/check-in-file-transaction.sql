-- expect: enum-value-same-transaction
-- also: add-check-scans
-- because: A CHECK that names the label is a use.
-- transaction: file
-- observed: fails 55P04
-- setup
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE tickets (id bigint PRIMARY KEY, status status NOT NULL, reason text);
-- migration
ALTER TYPE status ADD VALUE 'stuck';
ALTER TABLE tickets ADD CONSTRAINT reason_given CHECK (status <> 'stuck' OR reason IS NOT NULL) NOT VALID;
