CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE TABLE log (id int, a text);
CREATE RULE logged AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.id, NEW.a);
