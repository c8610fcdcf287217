SELECT count(*) > 300 FROM coupons;
