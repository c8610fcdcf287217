ALTER TABLE sales."Order Lines" ADD COLUMN "No" bigserial;
