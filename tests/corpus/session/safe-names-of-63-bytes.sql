-- expect: nothing
-- because: 63 bytes fit.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE a23456789012345678901234567890123456789012345678901234567890123 (id bigint PRIMARY KEY);
CREATE TABLE "prüfung" ("größe" integer, "Größe" integer);
