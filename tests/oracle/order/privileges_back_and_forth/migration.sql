REVOKE ALL ON customers FROM pg_monitor;
GRANT SELECT (name, mail), UPDATE (mail) ON "customers" TO pg_monitor;
GRANT INSERT ON sales."Order Lines" TO pg_monitor;
REVOKE INSERT ON sales."Order Lines" FROM pg_monitor;
REVOKE UPDATE (mail) ON public.customers FROM pg_monitor;
