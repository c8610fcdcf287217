-- expect: nothing
-- because: Nobody has seen the table yet.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE payments (id bigint PRIMARY KEY, order_id bigint NOT NULL);
CREATE INDEX payments_order_id_idx ON payments (order_id);
