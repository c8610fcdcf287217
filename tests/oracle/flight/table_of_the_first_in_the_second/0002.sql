ALTER TABLE orders ADD COLUMN colour colour;
CREATE INDEX by_user ON orders (user_id);
