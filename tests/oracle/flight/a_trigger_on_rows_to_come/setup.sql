CREATE FUNCTION f() RETURNS TRIGGER LANGUAGE plpgsql AS 'begin new.k := new.k + 100; return new; end'; CREATE TABLE a(id int PRIMARY KEY, k int DEFAULT 3);INSERT INTO a VALUES(1,1),(2,NULL);
