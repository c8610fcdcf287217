SELECT user_id IS NULL FROM orders WHERE id = 2;
