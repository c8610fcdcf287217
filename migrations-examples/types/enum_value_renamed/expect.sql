SELECT state = 'cancelled' FROM orders WHERE id = 5;
SELECT state = 'done' FROM orders WHERE id = 6;
SELECT bool_and(state = 'cancelled') FROM orders WHERE id > 100000;
SELECT count(*) > 0 FROM canceled;
