SELECT name = 'y' FROM users WHERE id = 2;
