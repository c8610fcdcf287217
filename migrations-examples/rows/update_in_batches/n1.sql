UPDATE users SET country = 'FR' WHERE id = 4;
