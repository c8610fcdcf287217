-- Tie rows to their parent by two columns, checked at commit; and rows to others of the same table.
ALTER TABLE orders
  ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (tenant, customer) REFERENCES customers
    ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT orders_parent_fkey FOREIGN KEY (parent) REFERENCES orders (id) DEFERRABLE;
