CREATE TABLE p(id int primary key, pu text, b int); CREATE VIEW v1 AS SELECT * FROM p; CREATE VIEW v2 AS SELECT * FROM p; INSERT INTO p VALUES (1,'a',2);
