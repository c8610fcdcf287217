GRANT UPDATE ON customers TO pg_monitor;
REVOKE SELECT ON customers FROM pg_monitor;
GRANT USAGE ON SCHEMA sales TO pg_monitor;
