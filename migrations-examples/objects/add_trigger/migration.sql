-- Keep a history of what changes, whichever release changes it: a table, a function and a trigger.
CREATE TABLE account_history (account_id integer NOT NULL, balance bigint NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION keep_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_history (account_id, balance) VALUES (OLD.id, OLD.balance);
  RETURN NULL;
END
$$;
CREATE TRIGGER keep_account AFTER UPDATE OF balance ON accounts FOR EACH ROW
  WHEN (OLD.balance IS DISTINCT FROM NEW.balance) EXECUTE FUNCTION keep_account();
