-- expect: add-exclusion-constraint
-- because: The index is built under ACCESS EXCLUSIVE, whatever is checked when.
-- transaction: file
-- observed: ACCESS EXCLUSIVE on shifts; scans shifts; builds shifts_hours_excl
-- setup
CREATE TABLE shifts (id bigint PRIMARY KEY, hours int4range);
-- migration
alter table shifts
  add exclude using gist (hours with &&) where (not isempty(hours)) deferrable initially deferred;
