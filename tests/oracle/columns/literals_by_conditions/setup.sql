CREATE TABLE s (id int PRIMARY KEY, sid text); INSERT INTO s VALUES (1,'x'),(2,NULL);
