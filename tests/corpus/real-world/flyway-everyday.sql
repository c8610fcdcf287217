-- expect: nothing
-- because: A new column with a constant default, a new table, a few seed rows.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on product
-- setup
CREATE TABLE product (id bigserial PRIMARY KEY, name varchar(120) NOT NULL);
-- migration
-- V42__add_stock.sql
ALTER TABLE product
    ADD COLUMN stock INTEGER NOT NULL DEFAULT 0;

CREATE TABLE stock_movement
(
    id         BIGSERIAL   NOT NULL,
    product_id BIGINT      NOT NULL,
    delta      INTEGER     NOT NULL,
    moved_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT pk_stock_movement PRIMARY KEY (id)
);

CREATE INDEX idx_stock_movement_product ON stock_movement (product_id, moved_at);

INSERT INTO stock_movement (product_id, delta) VALUES (1, 10), (2, 20);
