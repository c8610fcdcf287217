-- Add a table that refers to another, with indexes and comments.
CREATE TABLE public.invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
  total numeric(12, 2) NOT NULL DEFAULT 0 CHECK (total >= 0),
  "Kind" text DEFAULT 'it''s; a "trap" -- really',
  issued timestamptz NOT NULL DEFAULT now(),
  net numeric GENERATED ALWAYS AS (total / 1.19) STORED
) WITH (fillfactor = 90);
CREATE INDEX invoices_user_idx ON invoices (user_id) WHERE total > 0;
COMMENT ON TABLE invoices IS 'what users owe';
ALTER TABLE invoices ADD CONSTRAINT issued_late CHECK (issued > '2020-01-01');
