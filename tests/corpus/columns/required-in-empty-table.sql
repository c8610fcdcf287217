-- expect: add-column-required
-- because: It succeeds on an empty table, and every INSERT of the release that doesn't know the column fails.
-- observed: ACCESS EXCLUSIVE on coupons; scans coupons
-- setup
CREATE TABLE coupons (id bigint PRIMARY KEY, code text CHECK (code = 'never') NOT NULL);
-- migration
ALTER TABLE coupons ADD COLUMN expires_on date NOT NULL;
