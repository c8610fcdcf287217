SELECT email = 'moved' FROM users WHERE id = 1;
SELECT count(*) FILTER (WHERE email = 'old') > 0 AND count(*) FILTER (WHERE email = 'new') > 0 FROM users WHERE id > 100000;
