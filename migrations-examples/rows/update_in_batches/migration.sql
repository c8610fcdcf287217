-- Change many rows in small batches.
UPDATE users SET logins = logins + 1000 WHERE country = 'DE';
