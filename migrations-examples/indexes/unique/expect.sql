SELECT note = 'x' FROM orders WHERE id = 2;
