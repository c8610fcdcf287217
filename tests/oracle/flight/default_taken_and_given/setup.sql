CREATE TABLE parts (id int PRIMARY KEY, colour text DEFAULT 'grey');
INSERT INTO parts VALUES (1);
