-- expect: change-type-rescans
-- because: The check on the column is verified again.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on prices; scans prices
-- setup
CREATE TABLE currencies (code varchar(3) PRIMARY KEY);
CREATE TABLE prices (id bigint PRIMARY KEY, currency varchar(10) CHECK (currency <> ''));
-- migration
ALTER TABLE prices ALTER COLUMN currency TYPE varchar(12);
