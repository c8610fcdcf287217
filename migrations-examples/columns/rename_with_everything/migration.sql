-- Rename a key that everything depends on. Both names work until contract, in queries and in ON CONFLICT.
ALTER TABLE pieces RENAME COLUMN code TO maker_code;
