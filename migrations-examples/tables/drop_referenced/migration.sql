-- Remove a table that others refer to: what refers to it goes first, in the same file.
DROP VIEW used_coupons;
ALTER TABLE orders DROP CONSTRAINT orders_coupon_fkey;
ALTER TABLE orders DROP COLUMN gift;
DROP TABLE coupons;
