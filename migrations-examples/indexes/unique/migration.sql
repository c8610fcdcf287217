-- Add a unique index while the table is written.
CREATE UNIQUE INDEX orders_number_key ON orders (number);
CREATE UNIQUE INDEX orders_note_key ON orders (lower(note), id);
