SELECT email IS NULL FROM users WHERE id = 1;
SELECT count(*) > 2 FROM users WHERE id > 100000;
