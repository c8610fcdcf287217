-- Give a partitioned table its keys: primary, unique and to another table.
ALTER TABLE sales ADD PRIMARY KEY (id, region);
ALTER TABLE sales ADD CONSTRAINT sales_number UNIQUE (number, region, id);
ALTER TABLE sales ADD FOREIGN KEY (shop) REFERENCES shops ON DELETE SET NULL;
