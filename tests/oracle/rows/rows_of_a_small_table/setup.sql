CREATE TABLE roles (id int PRIMARY KEY, name text); INSERT INTO roles VALUES (1,'a');
