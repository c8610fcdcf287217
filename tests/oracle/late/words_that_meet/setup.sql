CREATE TABLE accounts (id int PRIMARY KEY, no text UNIQUE);
INSERT INTO accounts VALUES (1, '1'), (2, '01');
