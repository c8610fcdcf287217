SELECT amount = 98 FROM sales WHERE id = 7;
SELECT count(*) = 5 FROM totals;
SELECT to_regclass('_midflight_totals') IS NULL;
