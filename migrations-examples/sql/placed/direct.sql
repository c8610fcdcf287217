CREATE VIEW user_names AS SELECT id, upper(name) AS name FROM users;
CREATE FUNCTION greet(who text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'hello; ' || who $$;
DROP VIEW old_names;
