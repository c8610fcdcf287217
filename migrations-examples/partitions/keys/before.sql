CREATE TABLE shops (id integer PRIMARY KEY);
CREATE TABLE sales (id integer NOT NULL, region text NOT NULL, shop integer, number text NOT NULL) PARTITION BY LIST (region);
CREATE TABLE sales_eu PARTITION OF sales FOR VALUES IN ('eu', 'uk');
CREATE TABLE "Sales Us" PARTITION OF sales FOR VALUES IN ('us') PARTITION BY HASH (id);
CREATE TABLE sales_us_0 PARTITION OF "Sales Us" FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO shops SELECT generate_series(1, 20);
INSERT INTO sales SELECT i, (ARRAY['eu', 'uk', 'us'])[1 + i % 3], nullif(i % 20, 0), 'n' || i FROM generate_series(1, 1200) AS i;
