-- expect: nothing
-- because: The table is created here.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE payments (id bigint PRIMARY KEY, reference text);
REINDEX TABLE payments;
