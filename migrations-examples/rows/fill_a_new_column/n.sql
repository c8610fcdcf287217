INSERT INTO users (id, email) SELECT max(id) + 1, 'new@Old.org' FROM users ON CONFLICT DO NOTHING;
UPDATE users SET email = 'moved@Else.org' WHERE id = 7;
