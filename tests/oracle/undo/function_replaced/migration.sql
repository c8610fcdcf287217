CREATE OR REPLACE FUNCTION public.worth(n integer) RETURNS integer LANGUAGE sql STRICT AS 'SELECT n * 3';
