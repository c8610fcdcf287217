CREATE FUNCTION f1(a int) RETURNS int LANGUAGE sql AS 'select 1';
DROP FUNCTION f1(int);
CREATE FUNCTION fx() RETURNS int LANGUAGE sql AS 'select 1';
ALTER FUNCTION fx() RENAME TO fy;

CREATE PROCEDURE pr(a int) LANGUAGE sql AS 'select 1';
DROP PROCEDURE pr;
DROP FUNCTION g(integer, text);


CREATE FUNCTION h("Time" timestamp with time zone, double precision, v varchar(9)[]) RETURNS int LANGUAGE sql AS 'select 2';
COMMENT ON FUNCTION h(timestamptz, float8, character varying[]) IS 'x';
REVOKE ALL ON FUNCTION h(timestamp with time zone,double precision, varchar[]) FROM PUBLIC

;
