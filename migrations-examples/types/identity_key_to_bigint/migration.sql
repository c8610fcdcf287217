-- An identity key that other tables and its own table refer to becomes bigint.
ALTER TABLE accounts ALTER COLUMN id TYPE bigint;
