SELECT count(*) = 300 FROM users WHERE logins = id + 1000 AND country = 'DE';
SELECT count(*) = 600 FROM users WHERE logins = id AND country = 'FR';
