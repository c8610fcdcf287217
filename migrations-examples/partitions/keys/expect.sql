SELECT count(*) = 1200 FROM sales WHERE id <= 1200;
SELECT region = 'us' FROM sales_us_0 WHERE id = 2;
SELECT shop = 3 FROM sales WHERE id = 4;
