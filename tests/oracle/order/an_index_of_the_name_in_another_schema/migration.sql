DROP INDEX other.tn;
CREATE INDEX tn ON public.t (n);
