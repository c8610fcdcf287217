ALTER TABLE people ADD COLUMN first label DEFAULT NULL, ADD COLUMN last text, ADD COLUMN whole part, ADD COLUMN host label DEFAULT NULL;
UPDATE people SET first = split_part(name, ' ', 1), last = nullif(split_part(name, ' ', 2), ''), whole = ROW(nullif(name, ''), NULL)::part,
    host = nullif(split_part("Mail", '@', 2), '');
ALTER TABLE people DROP COLUMN name;
ALTER TABLE people ALTER COLUMN first DROP DEFAULT, ALTER COLUMN host DROP DEFAULT;
