ALTER TABLE customers ADD COLUMN "Since" date;
CREATE INDEX "By since" ON public.customers ("Since");
