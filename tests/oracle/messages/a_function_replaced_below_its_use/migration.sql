UPDATE t SET b = mark(b);
CREATE OR REPLACE FUNCTION mark(text) RETURNS text LANGUAGE sql AS 'SELECT ''c'' || $1';
