CREATE INDEX "By Age" ON clients ("Age");
ALTER TABLE clients ADD COLUMN phone text;
