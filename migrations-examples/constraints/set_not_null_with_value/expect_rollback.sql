SELECT email IS NULL FROM users WHERE id = 1;
SELECT email = 'given' FROM users WHERE id = 2;
SELECT email IS NULL FROM users WHERE id = 3;
