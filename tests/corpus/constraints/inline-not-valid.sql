-- expect: not-valid-unsupported
-- also: unparsable, add-check-scans
-- because: NOT VALID belongs to a table constraint; behind a column it is a syntax error.
-- observed: fails 42601
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
ALTER TABLE orders ADD COLUMN discount integer CHECK (discount >= 0) NOT VALID;
