SELECT email = 'x' FROM users WHERE id = 1;
