SELECT email = 'y' FROM users WHERE id = 2;
