INSERT INTO accounts (name, parent) VALUES ('n', 10);
INSERT INTO entries (account, amount) VALUES (15, 3);
UPDATE accounts SET name = 'first' WHERE id = 10;
DELETE FROM entries WHERE account = 20;
