CREATE INDEX ON sales."Order Lines" (lower("Note"));
CREATE INDEX ON sales."Order Lines" ("Qty", price);
ALTER TABLE sales."Order Lines" ADD CHECK (price >= 0), ADD CHECK (price < 1000000);
ALTER TABLE sales."Order Lines" ADD UNIQUE ("Id", "Qty");
ALTER TABLE customers ADD UNIQUE (mail) , ADD CHECK (name <> mail);
