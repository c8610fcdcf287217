-- expect: rename-object
-- because: nextval('order_numbers') of the application fails.
-- observed: nothing on existing tables
-- setup
CREATE SEQUENCE order_numbers;
-- migration
ALTER SEQUENCE order_numbers RENAME TO invoice_numbers;
