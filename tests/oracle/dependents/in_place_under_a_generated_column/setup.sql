CREATE TABLE notes (id int PRIMARY KEY, body varchar(20));
INSERT INTO notes SELECT g, 'b' || g FROM generate_series(1, 20) AS g;
ALTER TABLE notes ADD COLUMN loud text GENERATED ALWAYS AS (upper(body)) STORED;
