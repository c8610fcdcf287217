-- Add an index while the table is written.
CREATE INDEX orders_created_at_idx ON orders (created_at DESC, lower(note) text_pattern_ops) INCLUDE (state) WITH (fillfactor = 80);
CREATE INDEX ON orders USING gin (to_tsvector('simple', note));
