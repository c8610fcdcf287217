SELECT number = 'x' FROM orders WHERE id = 1;
