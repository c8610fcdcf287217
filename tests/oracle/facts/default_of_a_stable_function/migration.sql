ALTER TABLE customers ADD COLUMN "Zone" text NOT NULL DEFAULT current_setting('TimeZone');
ALTER TABLE customers ADD COLUMN "Plain" text NOT NULL DEFAULT upper('a');
