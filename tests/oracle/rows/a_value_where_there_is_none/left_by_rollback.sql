UPDATE public.t AS x SET a = 'none' WHERE x.a IS NULL;
