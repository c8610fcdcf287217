CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price text NOT NULL DEFAULT '0', weight integer DEFAULT 5 CHECK (weight > 0), name varchar(20));
CREATE INDEX products_price ON products (price);
CREATE INDEX products_weight ON products (weight) WHERE weight > 3;
COMMENT ON COLUMN products.weight IS 'in grams';
INSERT INTO products (price, weight, name) SELECT (n % 90)::text, 1 + n % 50, 'p' || n FROM generate_series(1, 700) n;
