-- expect: nothing
-- because: More digits of a second change nothing in the rows.
-- observed: ACCESS EXCLUSIVE on ticks
-- setup
CREATE TABLE ticks (id bigint PRIMARY KEY, a timestamp(3), b timestamptz(3), c interval(3), d time(3));
-- migration
ALTER TABLE ticks ALTER a TYPE timestamp(6);
ALTER TABLE ticks ALTER b TYPE timestamptz;
ALTER TABLE ticks ALTER c TYPE interval;
ALTER TABLE ticks ALTER d TYPE time(6) without time zone;
