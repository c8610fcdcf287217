CREATE TABLE rooms (id int PRIMARY KEY, room text);
INSERT INTO rooms SELECT n, n::text FROM generate_series(1, 30) n;
