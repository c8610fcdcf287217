-- expect: nothing
-- because: The table is created here.
-- transaction: file
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE payments (id bigint PRIMARY KEY);
LOCK TABLE payments IN ACCESS EXCLUSIVE MODE;
