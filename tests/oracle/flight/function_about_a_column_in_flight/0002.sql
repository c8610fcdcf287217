CREATE FUNCTION grown_up(u int) RETURNS boolean LANGUAGE sql AS $$ SELECT years > 17 FROM users WHERE id = u $$;
