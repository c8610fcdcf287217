CREATE TABLE notes (id int PRIMARY KEY, body varchar(20));
INSERT INTO notes SELECT g, 'b' || g FROM generate_series(1, 20) AS g;
CREATE RULE on_insert AS ON UPDATE TO notes WHERE NEW.body = 'x' DO INSTEAD NOTHING;
