UPDATE users SET country = 'DE' WHERE id = 3;
