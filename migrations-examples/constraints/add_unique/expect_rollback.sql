SELECT email IS NULL FROM users WHERE id = 2;
