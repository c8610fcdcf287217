CREATE TABLE p (id int primary key);
INSERT INTO p VALUES (1);

