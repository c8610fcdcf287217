-- expect: nothing
-- because: Nobody knows the old names.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE purchases (id bigint PRIMARY KEY, note text);
ALTER TABLE purchases RENAME COLUMN note TO remark;
ALTER TABLE purchases RENAME TO sales;
