INSERT INTO accounts (name, parent) VALUES ('n1', 15) RETURNING id;
INSERT INTO entries (account, amount) SELECT max(id), 1 FROM accounts;
UPDATE accounts SET parent = NULL WHERE id = 25;
