-- expect: nothing
-- because: A new table with its indexes; the foreign key finds no row to check.
-- transaction: file
-- observed: SHARE ROW EXCLUSIVE on users; ROW EXCLUSIVE on schema_migrations
-- setup
CREATE TABLE "schema_migrations" ("version" character varying NOT NULL PRIMARY KEY);
CREATE TABLE "users" ("id" bigserial primary key, "email" character varying NOT NULL);
-- migration
CREATE TABLE "posts" ("id" bigserial primary key, "user_id" bigint NOT NULL, "title" character varying, "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL, CONSTRAINT "fk_rails_5b5ddfd518"
FOREIGN KEY ("user_id")
  REFERENCES "users" ("id")
);
CREATE INDEX "index_posts_on_user_id" ON "posts" ("user_id");
INSERT INTO "schema_migrations" (version) VALUES ('20240102030405');
