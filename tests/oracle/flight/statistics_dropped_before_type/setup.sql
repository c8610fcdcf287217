CREATE TABLE people (id int PRIMARY KEY, age int);
CREATE STATISTICS by_both ON id, age FROM people;
CREATE INDEX by_age ON people (age);
INSERT INTO people SELECT g, g FROM generate_series(1, 20) AS g;
