-- midflight: reverse k = substr(k,2)::int
ALTER TABLE a ALTER k DROP DEFAULT, ALTER k TYPE text USING f(k);
CREATE OR REPLACE FUNCTION f(int) RETURNS text LANGUAGE sql immutable AS 'select ''b''||$1';
