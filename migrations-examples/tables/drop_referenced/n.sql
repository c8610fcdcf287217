INSERT INTO coupons VALUES ('old {n}', 5);
INSERT INTO orders VALUES ({n}, 'c1', 'c2');
SELECT count(*) FROM used_coupons;
