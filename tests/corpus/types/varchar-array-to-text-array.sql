-- expect: change-type-rewrites
-- because: Array elements are converted one by one.
-- observed: ACCESS EXCLUSIVE on posts; rewrites posts
-- setup
CREATE TABLE posts (id bigint PRIMARY KEY, tags varchar(10)[] NOT NULL DEFAULT '{}');
-- migration
ALTER TABLE posts ALTER COLUMN tags TYPE text[] USING tags::text[];
