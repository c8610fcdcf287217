-- expect: nothing
-- because: A new table has no rows to compute.
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE boxes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL,
    area integer GENERATED ALWAYS AS (width * height) STORED,
    key uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE
);
