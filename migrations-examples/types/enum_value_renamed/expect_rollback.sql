SELECT state = 'canceled' FROM orders WHERE id = 5;
SELECT bool_and(state = 'canceled') FROM orders WHERE id > 100000;
