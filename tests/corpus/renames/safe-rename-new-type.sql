-- expect: nothing
-- because: The type is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TYPE mood_new AS ENUM ('happy', 'sad');
ALTER TYPE mood_new RENAME VALUE 'sad' TO 'gloomy';
ALTER TYPE mood_new RENAME TO mood;
