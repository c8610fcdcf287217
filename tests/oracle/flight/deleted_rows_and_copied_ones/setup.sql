CREATE TABLE cfg(id int PRIMARY KEY, k text, v int);
INSERT INTO cfg VALUES(1,'a','1'),(2,'b','2');
CREATE TABLE arch(id int, k text);
