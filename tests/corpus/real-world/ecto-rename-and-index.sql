-- expect: rename-table
-- because: The index is built concurrently; the rename breaks the release that runs.
-- observed: ACCESS EXCLUSIVE on comments; builds replies_post_id_index
-- setup
CREATE TABLE public.comments (id bigserial, post_id bigint, inserted_at timestamp(0) NOT NULL, PRIMARY KEY (id));
-- migration
ALTER TABLE "comments" RENAME TO "replies";
CREATE INDEX CONCURRENTLY "replies_post_id_index" ON "replies" ("post_id");
