-- expect: nothing
-- because: The table is created in the same file.
-- transaction: file
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE IF NOT EXISTS payments (
    id bigserial PRIMARY KEY,
    reference text
);
CREATE INDEX IF NOT EXISTS payments_reference_idx ON public.payments (reference);
