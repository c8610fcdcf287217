SELECT email = 'CHANGED' FROM users WHERE id = 1;
SELECT email = 'Both' FROM users WHERE id = 3;
