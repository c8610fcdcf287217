SELECT count(*) = 0 FROM users WHERE domain <> lower(split_part(email, '@', 2)) AND id <> 8;
SELECT domain = 'new.org' FROM users WHERE id = 8;
