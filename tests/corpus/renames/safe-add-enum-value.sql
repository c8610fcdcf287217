-- expect: nothing
-- because: A new label locks no table and breaks nobody.
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood);
-- migration
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' AFTER 'happy';
