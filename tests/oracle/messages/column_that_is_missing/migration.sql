ALTER TABLE customers ADD COLUMN a integer;
ALTER TABLE customers ALTER COLUMN "Name" SET DEFAULT 'x';
