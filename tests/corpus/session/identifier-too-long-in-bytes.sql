-- expect: identifier-too-long
-- because: 40 characters, but each umlaut takes two bytes.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE "größenänderungsprüfungsübersichtsänderungsschlüssel_äöüäöüäöü" (id bigint PRIMARY KEY);
