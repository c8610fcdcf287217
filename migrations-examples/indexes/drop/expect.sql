SELECT number = 'y' FROM orders WHERE id = 2;
