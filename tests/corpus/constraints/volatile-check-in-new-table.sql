-- expect: volatile-check
-- because: CURRENT_DATE moves on; a dump of the rows can't be restored.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE vouchers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    expires_on date NOT NULL,
    CHECK (expires_on > CURRENT_DATE)
);
