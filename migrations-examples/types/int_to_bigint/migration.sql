-- Make room for larger amounts: integer to bigint, with the column's index, check, default and comment.
ALTER TABLE orders ALTER COLUMN amount_cents TYPE bigint;
