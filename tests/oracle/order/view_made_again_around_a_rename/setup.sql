CREATE TABLE users (id int PRIMARY KEY, name text); CREATE VIEW v AS SELECT id, name FROM users; INSERT INTO users VALUES (1,'a');
