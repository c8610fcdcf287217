-- expect: duplicate-column
-- because: A table can't have two columns of one name.
-- observed: fails 42701
-- setup
-- migration
CREATE TABLE regions (id bigint PRIMARY KEY, name text, "name" varchar(10));
