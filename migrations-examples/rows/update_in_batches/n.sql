UPDATE users SET country = upper(country) WHERE id = 2;
