SELECT status = 'packed' FROM orders WHERE id = 2;
SELECT bool_and(status IN ('new', 'packed')) FROM orders WHERE id > 100000;
