ALTER TABLE sales."Order Lines" DROP CONSTRAINT "Lines customer";
ALTER TABLE sales."Order Lines" ADD CONSTRAINT "Lines customer" FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE;
