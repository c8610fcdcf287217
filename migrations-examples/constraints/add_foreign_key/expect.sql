SELECT user_id = 5 FROM orders WHERE id = 1;
