ALTER TABLE public.customers RENAME contact TO "Contact";
