-- Give a table without a key one that numbers itself, and each row a number for people.
ALTER TABLE notes ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
ALTER TABLE notes ADD COLUMN number serial;
