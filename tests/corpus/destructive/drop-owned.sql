-- expect: drop-owned
-- because: Every table the role owns is dropped.
-- observed: ACCESS EXCLUSIVE on reports
-- setup, unknown to the linter
DO $$ BEGIN CREATE ROLE corpus_left_company; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE reports (id bigint PRIMARY KEY);
ALTER TABLE reports OWNER TO corpus_left_company;
-- migration
DROP OWNED BY corpus_left_company;
