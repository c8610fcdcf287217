-- expect: add-foreign-key-scans
-- also: dynamic-sql
-- because: The DO block swallows duplicate_object, not the scan.
-- observed: SHARE ROW EXCLUSIVE on members; SHARE ROW EXCLUSIVE on teams; scans members; scans teams
-- setup
CREATE TABLE "teams" ("id" integer PRIMARY KEY);
CREATE TABLE "members" ("id" integer PRIMARY KEY, "team_id" integer);
CREATE INDEX "members_team" ON "members" ("team_id");
-- migration
DO $$ BEGIN
 ALTER TABLE "members" ADD CONSTRAINT "members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
