-- expect: identifier-too-long
-- because: Each umlaut takes two bytes, and there are more than 63 in all.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE "größenänderungsprüfungsübersichtsänderungsschlüssel_äöüäöüäöü" (id bigint PRIMARY KEY);
