-- Delete duplicates, then forbid them.
DELETE FROM users a USING users b WHERE a.id > b.id AND a.email = b.email;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
