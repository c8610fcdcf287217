CREATE TYPE "Origin" AS ENUM ('card', 'invoice');
ALTER TABLE orders ADD COLUMN seen timestamptz, ADD COLUMN origin "Origin", ADD COLUMN parts int[], ADD COLUMN note varchar(10);
UPDATE orders SET seen = '2026-01-01 00:00+00';
UPDATE orders SET origin = 'card' WHERE id > 0;
UPDATE orders SET parts = '{1,2}' WHERE parts IS NULL;
UPDATE orders SET note = 'none';
ALTER TABLE orders ALTER COLUMN origin SET NOT NULL;
