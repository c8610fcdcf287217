-- A correction in a function that a view calls: it rounds now. A second function is new.
CREATE OR REPLACE FUNCTION with_tax(cents integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN round(cents * 1.2);
END
$$;
CREATE FUNCTION with_tax(cents integer, percent numeric) RETURNS integer LANGUAGE sql IMMUTABLE
  AS $$ SELECT round(cents * (1 + percent / 100))::integer; $$;
