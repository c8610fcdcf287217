-- expect: nothing
-- because: expression was dropped
-- observed: ACCESS EXCLUSIVE on g
-- setup
CREATE TABLE g (a varchar(9), c text GENERATED ALWAYS AS (a || 'x') STORED);
ALTER TABLE g ALTER COLUMN c DROP EXPRESSION;
-- migration
ALTER TABLE g ALTER COLUMN a TYPE text;
