-- expect: not-allowed-in-transaction
-- because: ALTER SYSTEM is refused inside a transaction.
-- observed: fails 25001
-- setup
-- migration
BEGIN;
ALTER SYSTEM SET work_mem = '64MB';
COMMIT;
