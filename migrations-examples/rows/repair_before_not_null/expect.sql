SELECT count(*) = 600 FROM users WHERE country = 'unknown';
SELECT country = 'IT' FROM users WHERE id = 6;
