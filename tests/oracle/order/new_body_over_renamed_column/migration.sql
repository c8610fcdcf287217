ALTER TABLE orders RENAME COLUMN note TO remark;
CREATE FUNCTION gn(i bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT remark FROM orders WHERE id = i';
