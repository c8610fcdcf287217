-- expect: change-type-rewrites
-- because: Widening is free for a varchar, not for an array of them.
-- observed: ACCESS EXCLUSIVE on posts; rewrites posts
-- setup
CREATE TABLE posts (id bigint PRIMARY KEY, tags varchar(10)[]);
-- migration
ALTER TABLE posts ALTER COLUMN tags TYPE varchar(20)[];
