-- expect: nothing
-- because: The table is created here.
-- transaction: file
-- observed: nothing on existing tables
-- setup
-- migration
CREATE TABLE rooms (id bigint, name text, size integer, during tsrange);
ALTER TABLE rooms ADD PRIMARY KEY (id);
ALTER TABLE rooms ADD CONSTRAINT rooms_name_key UNIQUE (name);
ALTER TABLE rooms ADD CHECK (size > 0);
ALTER TABLE rooms ADD EXCLUDE USING gist (during WITH &&);
ALTER TABLE rooms ALTER COLUMN name SET NOT NULL;
