DROP POLICY IF EXISTS "Own" ON public.customers;
CREATE POLICY "Own" ON public.customers AS RESTRICTIVE FOR SELECT TO pg_monitor USING (name <> '');
