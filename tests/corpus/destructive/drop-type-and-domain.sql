-- expect: drop-dependent-object
-- because: Casts and functions of the application that name them fail.
-- observed: nothing on existing tables
-- setup
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN percentage AS integer;
-- migration
DROP TYPE IF EXISTS mood;
DROP DOMAIN percentage;
