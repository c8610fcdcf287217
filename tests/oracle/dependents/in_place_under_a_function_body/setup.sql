CREATE TABLE notes (id int PRIMARY KEY, body varchar(20));
INSERT INTO notes SELECT g, 'b' || g FROM generate_series(1, 20) AS g;
CREATE FUNCTION longest() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT max(body) FROM notes; END;
