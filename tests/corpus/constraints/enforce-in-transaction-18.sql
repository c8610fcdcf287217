-- expect: enforce-constraint-scans
-- because: Enforcing reads the table that references itself, under ACCESS EXCLUSIVE.
-- transaction: file
-- pg: 18
-- setup
CREATE TABLE categories (id bigint PRIMARY KEY, parent_id bigint);
ALTER TABLE categories ADD CONSTRAINT parent_fk FOREIGN KEY (parent_id) REFERENCES categories NOT ENFORCED;
-- migration
alter table categories alter constraint parent_fk enforced;
