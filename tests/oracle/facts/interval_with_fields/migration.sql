ALTER TABLE customers ALTER COLUMN "Waits" TYPE interval day to second(0);
