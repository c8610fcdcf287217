SELECT count(*) > 0 FROM orders WHERE tenant = 6;
