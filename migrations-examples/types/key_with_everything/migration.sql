-- Shorten a key that everything depends on: primary key, unique constraint, partial expression index, foreign keys both
-- ways, check, collation, privileges, statistics, policy, trigger, views.
-- midflight: reverse code = code
ALTER TABLE parts ALTER COLUMN code TYPE varchar(12);
