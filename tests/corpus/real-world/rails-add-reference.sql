-- expect: index-build-blocks-writes, add-foreign-key-scans
-- also: long-work-under-lock, wide-lock-window
-- because: add_reference builds the index and checks the key, all in one transaction.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on books; SHARE ROW EXCLUSIVE on authors; scans books; builds index_books_on_author_id
-- setup
CREATE TABLE "authors" ("id" bigserial primary key);
CREATE TABLE "books" ("id" bigserial primary key, "title" character varying);
-- migration
ALTER TABLE "books" ADD "author_id" bigint;
CREATE INDEX "index_books_on_author_id" ON "books" ("author_id");
ALTER TABLE "books" ADD CONSTRAINT "fk_rails_53d51ce16a" FOREIGN KEY ("author_id") REFERENCES "authors" ("id");
