-- Rule out values that nobody should have written.
ALTER TABLE orders ADD CONSTRAINT amount_is_positive CHECK (orders.amount > 0 AND note <> 'it''s');
ALTER TABLE orders ADD CHECK (note <> '');
