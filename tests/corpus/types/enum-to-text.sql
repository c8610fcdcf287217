-- expect: change-type-rewrites
-- because: An enum value is stored as a number.
-- observed: ACCESS EXCLUSIVE on people; rewrites people
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- migration
ALTER TABLE people ALTER COLUMN mood TYPE text;
