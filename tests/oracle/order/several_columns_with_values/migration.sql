ALTER TABLE public.t ADD "C" text DEFAULT 'd', ADD d int;
UPDATE public.t x SET "C" = x.a, d = "Mixed" WHERE x.b > 2;
UPDATE t SET d = -1 WHERE d IS NULL;
ALTER TABLE t ALTER d SET NOT NULL;
