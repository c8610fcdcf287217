SELECT amount = 6 FROM orders WHERE id = 2;
