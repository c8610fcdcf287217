CREATE TABLE contacts (id integer PRIMARY KEY, phone text NOT NULL, seen integer NOT NULL DEFAULT 0, updated_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON contacts FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO contacts SELECT i, '+' || 30 + i % 20 || ' ' || 1000 + i FROM generate_series(1, 900) AS i;
