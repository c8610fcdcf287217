SELECT cents >= 1 FROM customer_totals WHERE customer = 'new';
SELECT count(*) = 10 FROM daily_totals WHERE customer LIKE 'c%';
