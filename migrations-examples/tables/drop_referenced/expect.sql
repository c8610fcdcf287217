SELECT coupon IS NULL FROM orders WHERE id = 2;
SELECT to_regclass('coupons') IS NULL;
