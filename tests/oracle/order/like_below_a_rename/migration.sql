ALTER TABLE orders RENAME COLUMN note TO remark;
CREATE TABLE orders_archive (LIKE orders INCLUDING ALL);
