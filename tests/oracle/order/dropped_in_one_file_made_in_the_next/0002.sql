CREATE OR REPLACE VIEW public.cheap AS SELECT name, mail FROM customers;
CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_name ON customers (name DESC);
