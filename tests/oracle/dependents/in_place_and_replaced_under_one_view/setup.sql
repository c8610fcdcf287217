CREATE TABLE notes (id int PRIMARY KEY, body varchar(20), size int);
CREATE TABLE readers (id int PRIMARY KEY, note int, seen int);
INSERT INTO notes SELECT g, 'b' || g, g FROM generate_series(1, 20) AS g;
INSERT INTO readers SELECT g, g, g FROM generate_series(1, 20) AS g;
CREATE VIEW bodies AS SELECT id, body, size FROM notes;
CREATE VIEW both_tables AS SELECT bodies.body, readers.seen FROM bodies JOIN readers ON readers.note = bodies.id;
