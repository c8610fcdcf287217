-- Another role may read and correct prices; it may no longer delete them once the old release is gone.
GRANT SELECT, UPDATE (cents) ON prices TO pg_monitor;
GRANT USAGE ON SEQUENCE price_ids TO pg_monitor;
REVOKE DELETE ON prices FROM pg_monitor;
