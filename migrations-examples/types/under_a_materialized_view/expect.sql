-- not compared: totals.total
-- not compared: totals.amount
SELECT amount = 99 FROM sales WHERE id = 4;
SELECT amount = 98 FROM sales WHERE id = 7;
SELECT bool_and(amount IN (7, 8)) FROM sales WHERE id > 100000;
SELECT pg_typeof(total)::text = 'numeric' FROM totals LIMIT 1;
SELECT count(*) = 5 FROM totals;
