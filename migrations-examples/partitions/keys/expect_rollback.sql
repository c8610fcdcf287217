SELECT count(*) = 1200 FROM sales WHERE id <= 1200;
