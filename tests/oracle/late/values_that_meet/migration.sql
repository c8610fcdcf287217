ALTER TABLE accounts ALTER COLUMN "Rate" TYPE numeric(6,0);
