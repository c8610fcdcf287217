-- expect: rename-enum-value
-- because: The release that is running writes and expects the old label.
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- migration
ALTER TYPE mood RENAME VALUE 'sad' TO 'gloomy';
