UPDATE a SET k = 5 WHERE id = 1;
CREATE OR REPLACE FUNCTION f() RETURNS TRIGGER LANGUAGE plpgsql AS 'begin new.k := new.k + 1000; return new; end';
