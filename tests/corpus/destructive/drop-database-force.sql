-- expect: drop-database
-- because: FORCE ends the sessions that use it.
-- observed: nothing on existing tables
-- setup
-- migration
drop database if exists no_such_legacy_app with (force);
