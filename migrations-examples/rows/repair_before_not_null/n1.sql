UPDATE users SET country = 'IT' WHERE id = 6;
