-- expect: add-foreign-key-scans
-- because: A table that references itself is read like any other.
-- observed: SHARE ROW EXCLUSIVE on categories; scans categories
-- setup
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint);
-- migration
alter table categories add foreign key (parent_id) references categories on delete cascade;
