ALTER TABLE customers RENAME COLUMN mail TO "E-Mail";
