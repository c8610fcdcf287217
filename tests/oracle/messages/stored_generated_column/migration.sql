ALTER TABLE sales."Order Lines" ADD COLUMN "Worth" numeric GENERATED ALWAYS AS ("Qty" * price) STORED;
