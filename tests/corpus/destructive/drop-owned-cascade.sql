-- expect: drop-owned, drop-cascade
-- because: And what depends on it.
-- observed: ACCESS EXCLUSIVE on report_ids; ACCESS EXCLUSIVE on reports
-- setup, unknown to the linter
DO $$ BEGIN CREATE ROLE corpus_left_company_too; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE reports (id bigint PRIMARY KEY);
ALTER TABLE reports OWNER TO corpus_left_company_too;
CREATE VIEW report_ids AS SELECT id FROM reports;
-- migration
DROP OWNED BY corpus_left_company_too CASCADE;
