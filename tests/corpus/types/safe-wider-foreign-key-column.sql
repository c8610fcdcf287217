-- expect: nothing
-- because: The referenced table is locked too, but nothing is read.
-- observed: ACCESS EXCLUSIVE on currencies; ACCESS EXCLUSIVE on prices
-- setup
CREATE TABLE currencies (code varchar(3) PRIMARY KEY);
CREATE TABLE prices (id bigint PRIMARY KEY, currency varchar(3) REFERENCES currencies (code));
-- migration
ALTER TABLE prices ALTER COLUMN currency TYPE varchar(12);
