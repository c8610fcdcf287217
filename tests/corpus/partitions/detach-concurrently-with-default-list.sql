-- expect: detach-concurrently-with-default
-- because: Where there is a default partition CONCURRENTLY is refused.
-- observed: SHARE UPDATE EXCLUSIVE on sales; fails 55000
-- setup
CREATE TABLE sales (id bigint, region text) PARTITION BY LIST (region);
CREATE TABLE sales_eu PARTITION OF sales FOR VALUES IN ('eu');
CREATE TABLE sales_rest PARTITION OF sales DEFAULT;
-- migration
alter table "sales" detach partition "sales_eu" concurrently;
