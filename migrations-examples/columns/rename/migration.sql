-- Give a column a better name, while both names are in use.
ALTER TABLE users RENAME COLUMN name TO full_name;
