-- Every table has a key: where a publication FOR ALL TABLES sends updates, a table without one refuses them.
ALTER TABLE :state.meta ADD COLUMN singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton);
