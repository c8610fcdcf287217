CREATE MATERIALIZED VIEW sales."Sums" AS SELECT customer, sum("Qty") AS total FROM sales."Order Lines" GROUP BY customer;
CREATE UNIQUE INDEX "Sums_key" ON sales."Sums" (customer);
COMMENT ON MATERIALIZED VIEW sales."Sums" IS 'by night';
