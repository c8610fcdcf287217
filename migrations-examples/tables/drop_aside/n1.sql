UPDATE users SET name = 'y' WHERE id = 2;
