-- expect: change-type-rewrites
-- because: A label becomes a number in each row.
-- observed: ACCESS EXCLUSIVE on people; rewrites people
-- setup
CREATE TABLE people (id bigint PRIMARY KEY, mood text);
INSERT INTO people SELECT n, 'sad' FROM generate_series(1, 500) n;
-- migration
CREATE TYPE mood AS ENUM ('happy', 'sad');
ALTER TABLE people ALTER COLUMN mood TYPE mood USING mood::mood;
