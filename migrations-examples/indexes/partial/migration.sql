-- Add an index on the few rows that matter.
CREATE INDEX orders_open_idx ON orders (id) WHERE state = 'it''s open';
CREATE UNIQUE INDEX orders_one_open_idx ON orders (number) WHERE state <> 'closed' AND orders.number IS NOT NULL;
