-- expect: add-column-required
-- because: Drizzle's column is required from the start; the statement fails where there are rows.
-- observed: fails 23502
-- setup
CREATE TABLE "teams" ("id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL, "name" text NOT NULL);
-- migration
CREATE TABLE IF NOT EXISTS "members" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "teams" ADD COLUMN "slug" text NOT NULL;
