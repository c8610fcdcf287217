CREATE TABLE rooms (id integer PRIMARY KEY, name text);
INSERT INTO rooms SELECT i, 'ł' || i FROM generate_series(1, 300) AS i;
