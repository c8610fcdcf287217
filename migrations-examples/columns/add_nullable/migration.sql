-- Add a column that the old release doesn't know.
ALTER TABLE users ADD COLUMN phone varchar(20);
