INSERT INTO orders VALUES ({n}, 'new', 1);
SELECT cents FROM customer_totals WHERE customer = 'c1';
SELECT count(*) FROM daily_totals;
