SELECT state = 'closed' FROM orders WHERE id = 3;
