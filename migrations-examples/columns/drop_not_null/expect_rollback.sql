SELECT email = 'x' AND NOT legacy_flag FROM users WHERE id = 3;
