CREATE TABLE sales."Tree" ("Id" bigint PRIMARY KEY, "Parent" bigint REFERENCES sales."Tree" ("Id") ON DELETE CASCADE, customer bigint NOT NULL REFERENCES public.customers (id));
CREATE INDEX ON sales."Tree" ("Parent");
