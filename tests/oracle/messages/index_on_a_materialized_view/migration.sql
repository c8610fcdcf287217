CREATE INDEX "Sums_by" ON sales."Sums" (customer);
