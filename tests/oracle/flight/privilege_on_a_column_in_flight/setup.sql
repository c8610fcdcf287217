DO $$ BEGIN CREATE ROLE oracle_clerk; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE users (id int PRIMARY KEY, age int);
INSERT INTO users VALUES (1, 30);
