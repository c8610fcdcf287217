DROP VIEW cheap;
DROP INDEX IF EXISTS public.customers_name;
