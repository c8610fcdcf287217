ALTER TABLE public."customers" DROP CONSTRAINT "One name";
ALTER TABLE public.customers ADD CONSTRAINT "One name" UNIQUE (name, mail);
