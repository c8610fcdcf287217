-- expect: drop-primary-key
-- also: drop-constraint
-- because: The primary key has a name of its own here.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on tokens
-- setup
CREATE TABLE tokens (token text CONSTRAINT tokens_are_keys PRIMARY KEY, user_id bigint);
-- migration
alter table tokens drop constraint tokens_are_keys;
