-- expect: not-allowed-in-transaction
-- because: With a second statement the query string is a transaction, in which no database can be created.
-- transaction: batch
-- observed: fails 25001
-- setup
-- migration
CREATE DATABASE no_such_reporting;
SELECT 1;
