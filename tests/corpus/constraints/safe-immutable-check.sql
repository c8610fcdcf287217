-- expect: nothing
-- because: A comparison with a constant date stays true.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE vouchers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    issued_on date NOT NULL DEFAULT CURRENT_DATE,
    expires_on date NOT NULL,
    CONSTRAINT expires_after_issue CHECK (expires_on > issued_on AND expires_on > DATE '2020-01-01')
);
