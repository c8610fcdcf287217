-- expect: drop-column, drop-constraint
-- also: foreign-key-missing-index
-- because: Columns and a key go that the release that runs may use.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on accounts; ACCESS EXCLUSIVE on sessions
-- setup
create table "accounts" ("id" serial primary key);
create table "sessions" ("id" serial primary key, "account_id" integer, "created_at" timestamptz default CURRENT_TIMESTAMP, "updated_at" timestamptz default CURRENT_TIMESTAMP);
alter table "sessions" add constraint "sessions_account_id_foreign" foreign key ("account_id") references "accounts" ("id");
-- migration
alter table "sessions" drop constraint "sessions_account_id_foreign";
alter table "sessions" drop column "created_at", drop column "updated_at";
