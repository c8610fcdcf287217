-- Remove a required column: the new release no longer writes it.
ALTER TABLE users DROP COLUMN legacy_flag;
