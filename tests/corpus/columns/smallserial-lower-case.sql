-- expect: add-column-auto-increment
-- because: serial2 is serial by another name.
-- observed: ACCESS EXCLUSIVE on shelves; rewrites shelves
-- setup
CREATE TABLE shelves (code text PRIMARY KEY);
INSERT INTO shelves SELECT 'shelf' || n FROM generate_series(1, 500) n;
-- migration
alter table shelves add position serial2;
