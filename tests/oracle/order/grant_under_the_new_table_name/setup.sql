DO $$ BEGIN CREATE ROLE oracle_clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE oracle_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE orders (id int PRIMARY KEY, note text);
