CREATE TABLE a (id int PRIMARY KEY, v int);
CREATE TABLE b (w int) INHERITS (a);
INSERT INTO a SELECT g, g FROM generate_series(1, 20) g;
INSERT INTO b SELECT g, g, g FROM generate_series(21, 40) g;
