-- expect: change-type-narrows
-- also: change-type-rewrites
-- because: It was varchar(20) once, but an earlier migration made it varchar(200).
-- observed: ACCESS EXCLUSIVE on members; rewrites members
-- setup
CREATE TABLE members (id bigint PRIMARY KEY, login varchar(20));
ALTER TABLE members ALTER COLUMN login TYPE varchar(200);
-- migration
ALTER TABLE members ALTER COLUMN login TYPE varchar(50);
