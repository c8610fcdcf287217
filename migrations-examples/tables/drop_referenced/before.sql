CREATE TABLE coupons (code text PRIMARY KEY, percent integer NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, coupon text CONSTRAINT orders_coupon_fkey REFERENCES coupons, gift text REFERENCES coupons (code));
CREATE VIEW used_coupons AS SELECT c.code FROM coupons c JOIN orders o ON o.coupon = c.code;
INSERT INTO coupons SELECT 'c' || i, i % 100 FROM generate_series(1, 300) AS i;
INSERT INTO orders SELECT i, 'c' || i, 'c' || i FROM generate_series(1, 300) AS i;
