ALTER TABLE accounts ALTER COLUMN no TYPE int USING no::int;
