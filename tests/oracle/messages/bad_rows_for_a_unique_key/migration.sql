ALTER TABLE customers ADD CONSTRAINT "One mail" UNIQUE (mail);
